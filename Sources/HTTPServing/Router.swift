/// Maps a method and path to an endpoint. Literal segments take precedence over parameters, and parameters over
/// `{rest...}`, independent of the order of registration. Independent of sockets and of the endpoint type.
public struct Router<Endpoint: Sendable>: Sendable {
    public enum Match: Sendable {
        case found(Endpoint, parameters: [String: String])
        case notFound
        /// The path exists but not for this method; lists the methods for the Allow header.
        case methodNotAllowed(allow: [Method])
    }

    public private(set) var routes: [(Method, String, Endpoint)] = []
    private var root = Node()

    public init() {}

    /// Registers an endpoint; the same method and pattern again replaces it.
    public mutating func add(_ method: Method, _ pattern: String, _ endpoint: Endpoint) {
        routes.append((method, pattern, endpoint))
        let pattern = RoutePattern(pattern)
        root.insert(pattern.segments[...], method, Target(endpoint: endpoint, names: pattern.names))
    }

    /// HEAD falls back to the endpoint of GET.
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

        /// Returns the target for the method; otherwise collects the methods that are available.
        mutating func choose(_ targets: [Method: Target]) -> Target? {
            if let target = targets[method] { return target }
            if method == .head, let target = targets[.get] { return target }
            allowed.formUnion(targets.keys)
            return nil
        }
    }

    /// Tree node of one segment. Children are stored in arrays because a struct cannot contain itself.
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
