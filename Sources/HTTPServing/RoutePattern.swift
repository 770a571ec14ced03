/// A route's pattern: `/app/send-logs/{id}`, or `/static/{rest...}` for everything below.
public struct RoutePattern: Sendable, Hashable {
    enum Segment: Sendable, Hashable {
        case literal(String)
        /// Matches one segment that is not empty.
        case parameter(String)
        /// Matches all that is left, slashes included; only at the end.
        case rest(String)
    }

    public let text: String
    let segments: [Segment]

    /// A pattern is written by a programmer: a `{rest...}` before the end reads as an ordinary parameter.
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

    /// `/a/b` is `a`, `b`; `/` is one empty segment; `/a/` differs from `/a` by an empty one at its end.
    static func split(_ path: String) -> [Substring] {
        let path = path.hasPrefix("/") ? path.dropFirst() : Substring(path)
        return path.split(separator: "/", omittingEmptySubsequences: false)
    }
}
