/// Route pattern: `/app/send-logs/{id}`, or `/static/{rest...}` for everything below.
public struct RoutePattern: Sendable, Hashable {
    enum Segment: Sendable, Hashable {
        case literal(String)
        /// Matches one non-empty segment.
        case parameter(String)
        /// Matches the remaining path, slashes included; only at the end.
        case rest(String)
    }

    public let text: String
    let segments: [Segment]

    /// Parses a pattern. A `{rest...}` before the end is treated as an ordinary parameter, because patterns are
    /// constants in code.
    public init(_ text: String) {
        self.text = text
        let parts = Self.split(text)
        segments = parts.enumerated().map { index, part in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return .literal(String(part)) }
            let name = part.dropFirst().dropLast()
            guard name.hasSuffix("...") else { return .parameter(String(name)) }
            let restName = String(name.dropLast(3))
            return index == parts.count - 1 ? .rest(restName) : .parameter(restName)
        }
    }

    var names: [String] {
        segments.compactMap {
            switch $0 {
            case .literal: nil
            case .parameter(let name), .rest(let name): name
            }
        }
    }

    /// Splits at slashes: `/a/b` is `a`, `b`; `/` is one empty segment; `/a/` has an empty segment at its end and
    /// differs from `/a`.
    static func split(_ path: String) -> [Substring] {
        let path = path.hasPrefix("/") ? path.dropFirst() : Substring(path)
        return path.split(separator: "/", omittingEmptySubsequences: false)
    }
}
