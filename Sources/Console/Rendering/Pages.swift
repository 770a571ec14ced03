import Foundation
import HTTPServing
import Synchronization
import Templating

/// The templates, read once; with `reload` again for every page. A page model holds stored values only: computed
/// properties and unknown names show nothing, silently.
final class Pages: Sendable {
    struct Broken: Error, CustomStringConvertible {
        var description: String
    }

    private let folder: String
    private let reload: Bool
    private let templates: Mutex<[String: Template]>

    init(folder: String, reload: Bool) throws {
        self.folder = folder
        self.reload = reload
        templates = Mutex(try Self.load(folder))
    }

    func render(_ template: String, _ model: Any) throws -> String {
        let templates = try current()
        guard let page = templates[template] else {
            throw Broken(description: "There is no template \(template) in \(folder)")
        }
        return try page.render(PageValue(model), partials: templates)
    }

    private func current() throws -> [String: Template] {
        guard reload else { return templates.withLock { $0 } }
        let fresh = try Self.load(folder)
        templates.withLock { $0 = fresh }
        return fresh
    }

    private static func load(_ folder: String) throws -> [String: Template] {
        var templates: [String: Template] = [:]
        for (name, text) in try sources(in: folder) {
            do throws(TemplateError) {
                templates[name] = try Template(text)
            } catch {
                throw Broken(description: "\(name).mustache: \(error)")
            }
        }
        return templates
    }

    /// Every template under its path without the suffix. Indentation is left out: it would be a fourth of a page.
    static func sources(in folder: String) throws -> [(name: String, text: String)] {
        let suffix = ".mustache"
        // The enumerator does not go into a folder that is a link.
        let folder = URL(filePath: folder).resolvingSymlinksInPath().path
        guard let found = FileManager.default.enumerator(atPath: folder) else {
            throw Broken(description: "The folder of the templates cannot be read: \(folder)")
        }
        let sources = try found.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.sorted().map { path in
            let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
            return (String(path.dropLast(suffix.count)), text.replacing(/\n[ \t]+/, with: "\n"))
        }
        guard !sources.isEmpty else { throw Broken(description: "There are no templates in \(folder)") }
        return sources
    }
}
