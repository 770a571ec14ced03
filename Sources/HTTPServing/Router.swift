/// Finds the endpoint of a method and path. A literal segment beats a parameter, a parameter beats `{rest...}`,
/// whatever the order in which they were added. Knows nothing of sockets, or of what an endpoint is.
public struct Router<Endpoint: Sendable>: Sendable {
    public enum Match: Sendable {
        case found(Endpoint, parameters: [String: String])
        case notFound
        /// The path exists, the method does not: the methods for the Allow header.
        case methodNotAllowed(allow: [Method])
    }

    public private(set) var routes: [(Method, String, Endpoint)] = []
    private var root = Node()

    public init() {}

    /// Adding the same method and pattern again replaces the endpoint.
    public mutating func add(_ method: Method, _ pattern: String, _ endpoint: Endpoint) {
        routes.append((method, pattern, endpoint))
        let pattern = RoutePattern(pattern)
        root.insert(pattern.segments[...], method, Target(endpoint: endpoint, names: pattern.names))
    }

    /// HEAD is answered by GET's endpoint unless it has one of its own.
    /// - Parameter path: percent-decoded.
    public func match(_ method: Method, _ path: String) -> Match {
        var search = Search(method: method)
        if let target = root.find(RoutePattern.split(path)[...], &search) {
            let parameters = Dictionary(zip(target.names, search.values), uniquingKeysWith: { first, _ in first })
            return .found(target.endpoint, parameters: parameters)
        }
        guard !search.allowed.isEmpty else { return .notFound }
        if search.allowed.contains(.get) { search.allowed.insert(.head) }
        return .methodNotAllowed(allow: search.allowed.sorted { $0.rawValue < $1.rawValue })
    }

    private struct Target: Sendable {
        var endpoint: Endpoint
        var names: [String]
    }

    private struct Search {
        var method: Method
        var values: [String] = []
        var allowed: Set<Method> = []

        /// The target for the method; otherwise remembers which methods would have had one.
        mutating func choose(_ targets: [Method: Target]) -> Target? {
            if let target = targets[method] { return target }
            if method == .head, let target = targets[.get] { return target }
            allowed.formUnion(targets.keys)
            return nil
        }
    }

    /// One segment of the tree. Children stand in arrays because a struct cannot hold itself.
    private struct Node: Sendable {
        var literals: [String: Node] = [:]
        var parameter: [Node] = []
        var targets: [Method: Target] = [:]
        var rest: [Method: Target] = [:]

        mutating func insert(_ segments: ArraySlice<RoutePattern.Segment>, _ method: Method, _ target: Target) {
            guard let first = segments.first else {
                targets[method] = target
                return
            }
            switch first {
            case .literal(let text):
                literals[text, default: Node()].insert(segments.dropFirst(), method, target)
            case .parameter:
                if parameter.isEmpty { parameter = [Node()] }
                parameter[0].insert(segments.dropFirst(), method, target)
            case .rest:
                rest[method] = target
            }
        }

        func find(_ segments: ArraySlice<Substring>, _ search: inout Search) -> Target? {
            guard let first = segments.first else { return search.choose(targets) }
            if let next = literals[String(first)], let target = next.find(segments.dropFirst(), &search) {
                return target
            }
            if let next = parameter.first, !first.isEmpty {
                search.values.append(String(first))
                if let target = next.find(segments.dropFirst(), &search) { return target }
                search.values.removeLast()
            }
            guard !rest.isEmpty, let target = search.choose(rest) else { return nil }
            search.values.append(segments.joined(separator: "/"))
            return target
        }
    }
}
