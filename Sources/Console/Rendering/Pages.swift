import Foundation
import HTTPServing
import Mustache
import Synchronization

/// The templates, read once; with `reload` again for every page. A page model holds stored values only: the engine
/// renders computed properties and unknown names as nothing, silently.
final class Pages: Sendable {
    struct Broken: Error, CustomStringConvertible {
        var description: String
    }

    private let folder: String
    private let reload: Bool
    private let library: Mutex<MustacheLibrary>

    init(folder: String, reload: Bool) throws {
        self.folder = folder
        self.reload = reload
        library = Mutex(try Self.load(folder))
    }

    func render(_ template: String, _ model: Any) throws -> String {
        let library = try current()
        guard let text = library.render(PageTree.of(model), withTemplate: template) else {
            throw Broken(description: "There is no template \(template) in \(folder)")
        }
        return text
    }

    private func current() throws -> MustacheLibrary {
        guard reload else { return library.withLock { $0 } }
        let fresh = try Self.load(folder)
        library.withLock { $0 = fresh }
        return fresh
    }

    private static func load(_ folder: String) throws -> MustacheLibrary {
        MustacheContentTypes.register(PageEscaping(), named: PageEscaping.name)
        var library = MustacheLibrary()
        for (name, text) in try sources(in: folder) {
            do {
                let escaped = "{{% CONTENT_TYPE:\(PageEscaping.name)}}\n" + text
                library.register(try MustacheTemplate(string: escaped), named: name)
            } catch let error as MustacheTemplate.ParserError {
                throw Broken(description: "\(name).mustache, line \(error.context.lineNumber): \(error.error)")
            }
        }
        return library
    }

    /// Every template by the name others know it under: its path without the suffix.
    static func sources(in folder: String) throws -> [(name: String, text: String)] {
        let suffix = ".mustache"
        // The enumerator does not go into a folder that is a link.
        let folder = URL(filePath: folder).resolvingSymlinksInPath().path
        guard let found = FileManager.default.enumerator(atPath: folder) else {
            throw Broken(description: "The folder of the templates cannot be read: \(folder)")
        }
        let sources = try found.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.sorted().map { path in
            (String(path.dropLast(suffix.count)), try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8))
        }
        guard !sources.isEmpty else { throw Broken(description: "There are no templates in \(folder)") }
        return sources
    }
}
