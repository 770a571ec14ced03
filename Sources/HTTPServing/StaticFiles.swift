import Glibc
import Logging
import Synchronization

/// Serves the files below one folder: style sheets, scripts, fonts, icons.
///
/// A URL with the file's fingerprint (`?v=…`) is cached indefinitely; without it the browser revalidates and usually
/// gets 304. Dotfiles and paths that leave the folder are not found.
public struct StaticFiles: Sendable {
    private let root: String
    private let urlPrefix: String
    private let reload: Bool
    private let cache = Cache()

    /// - Parameters:
    ///   - root: the folder. If it cannot be read, nothing is served and a warning is logged.
    ///   - urlPrefix: `/static` serves `/static/app.css` from `app.css` in the folder.
    ///   - reload: check for changes at each request (development); otherwise a small file is read once.
    public init(root: String, urlPrefix: String, logger: Logger, reload: Bool = false) {
        let resolved = Self.resolve(root)
        if resolved == nil { logger.warning("folder of static files not found", metadata: ["folder": "\(root)"]) }
        self.root = resolved ?? ""
        self.urlPrefix = urlPrefix.hasSuffix("/") ? String(urlPrefix.dropLast()) : urlPrefix
        self.reload = reload
    }

    /// nil if the request matches no file; the site then renders its 404 page.
    public func response(for request: Request) -> Response? {
        guard request.method == .get || request.method == .head, let file = file(request.path) else { return nil }
        // A page rendered just before an update requests the old fingerprint; the new content must not be cached under
        // it.
        let headers = request.query["v"] == file.fingerprint ? file.keptHeaders : file.headers
        if let known = request.headers["If-None-Match"], Self.matches(known, "\"\(file.fingerprint)\"") {
            var answer = Response(status: 304, headers: headers)
            answer.headers["Content-Type"] = nil
            return answer
        }
        let body = file.bytes.map(Response.Body.bytes) ?? .file(path: file.path, size: file.size)
        return Response(headers: headers, body: body)
    }

    /// Fingerprint of the file's content, for `?v=` in its URL; empty if there is no such file.
    /// - Parameter path: URL path, with or without the prefix.
    public func fingerprint(_ path: String) -> String {
        let path = path.hasPrefix("/") ? path : "/" + path
        return file(path.hasPrefix(urlPrefix + "/") ? path : urlPrefix + path)?.fingerprint ?? ""
    }

    /// URL that can be cached indefinitely: `/static/app.css?v=…`; the path unchanged if there is no such file.
    public func url(_ path: String) -> String {
        let fingerprint = fingerprint(path)
        return fingerprint.isEmpty ? path : "\(path)?v=\(fingerprint)"
    }

    private func file(_ urlPath: String) -> StaticFile? {
        guard !root.isEmpty, urlPath.hasPrefix(urlPrefix) else { return nil }
        let name = urlPath.utf8.dropFirst(urlPrefix.utf8.count)
        guard name.first == UInt8(ascii: "/") else { return nil }
        if let file = cache.file(urlPath), !reload || !file.isOutdated { return file }
        guard let path = Self.safePath(root, Substring(name)), let file = StaticFile(path: path) else { return nil }
        cache.keep(file, for: urlPath)
        return file
    }

    /// Resolves a path. Symbolic links are followed within the folder only.
    private static func safePath(_ root: String, _ name: Substring) -> String? {
        for segment in name.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            if segment.isEmpty || segment.hasPrefix(".") || segment.utf8.contains(0) { return nil }
        }
        guard let path = resolve(root + name), path.hasPrefix(root + "/") else { return nil }
        return path
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }

    /// Weak comparison of RFC 9110 §13.1.2.
    static func matches(_ header: String, _ etag: String) -> Bool {
        if header == etag { return true }
        return header.split(separator: ",").contains { candidate in
            let candidate = candidate.drop { $0 == " " }
            let tag = (candidate.hasPrefix("W/") ? candidate.dropFirst(2) : candidate).prefix { $0 != " " }
            return tag == "*" || tag == etag
        }
    }

    private final class Cache: Sendable {
        /// Limits on cached bytes and files. A site's own files are far below; beyond them, files are served from disk.
        private static let byteLimit = 32 * 1024 * 1024
        private static let fileLimit = 4096

        private struct State {
            var files: [String: StaticFile] = [:]
            var bytes = 0
        }

        private let state = Mutex(State())

        func file(_ urlPath: String) -> StaticFile? {
            state.withLock { $0.files[urlPath] }
        }

        /// Caches small files only; a large one may change unnoticed.
        func keep(_ file: StaticFile, for urlPath: String) {
            state.withLock { state in
                if let old = state.files.removeValue(forKey: urlPath) { state.bytes -= old.size }
                let isRoom = state.files.count < Self.fileLimit && state.bytes + file.size <= Self.byteLimit
                guard file.bytes != nil, isRoom else { return }
                state.files[urlPath] = file
                state.bytes += file.size
            }
        }
    }
}
