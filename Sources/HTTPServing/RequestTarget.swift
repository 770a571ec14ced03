/// Path and query of a request target (RFC 9112 §3.2).
struct RequestTarget {
    var path: String
    var query: Fields

    /// nil if an escape is malformed, the text is not UTF-8 or contains NUL, or the form is not supported.
    init?(_ raw: String) {
        guard let origin = Self.originForm(raw) else { return nil }
        let parts = origin.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = try? PercentDecoding.decode(parts[0], plusIsSpace: false) else { return nil }
        self.path = path
        guard parts.count == 2 else {
            query = Fields()
            return
        }
        guard let query = Fields.parse(urlEncoded: String(Substring(parts[1]))) else { return nil }
        self.query = query
    }

    /// Strips scheme and host of the absolute form, which a server must accept (RFC 9112 §3.2.2).
    private static func originForm(_ raw: String) -> Substring? {
        if raw.utf8.first == UInt8(ascii: "/") || raw == "*" { return Substring(raw) }
        for scheme in ["http://", "https://"] where raw.lowercased().hasPrefix(scheme) {
            let rest = raw.dropFirst(scheme.count)
            guard let start = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "/" }
            return rest[start] == "/" ? rest[start...] : "/" + rest[start...]
        }
        return nil
    }
}
