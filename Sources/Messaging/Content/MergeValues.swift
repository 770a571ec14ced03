/// Values available to one receiver's message: a JSON object, stored with the message so that it can be rendered
/// identically years later.
public struct MergeValues: Sendable, Hashable {
    public private(set) var members: [String: MergeValue]

    public init(_ members: [String: MergeValue] = [:]) { self.members = members }

    /// Parses a JSON object.
    /// - Throws: `MergeValueError` if the text is malformed, not an object, deeper than 32 levels or larger than 256
    ///   KB.
    public init(json: String) throws {
        guard case .object(let members) = try MergeValue(json: json) else {
            throw MergeValueError("The values must be a JSON object.")
        }
        self.members = members
    }

    /// Canonical JSON, keys sorted by their bytes: equal values give equal text.
    public var json: String { value.json }

    public var isEmpty: Bool { members.isEmpty }

    public subscript(path path: String) -> MergeValue? { value[path: path] }

    public subscript(key key: String) -> MergeValue? {
        get { members[key] }
        set { members[key] = newValue }
    }

    /// Merges `other` over these values. Objects are merged recursively; anything else is replaced.
    public func merging(_ other: MergeValues) -> MergeValues {
        MergeValues(Self.merge(members, other.members))
    }

    /// Keeps only the values a template uses, so that a message stores no more personal data than it shows.
    ///
    /// A plain variable keeps that leaf; a section keeps the whole subtree under its root, because names inside are
    /// looked up there first. Rendering the pruned values gives the same text.
    public func pruned(to paths: [MergePath]) -> MergeValues {
        var kept: [String: MergeValue] = [:]
        for path in paths {
            guard let first = path.steps.first, let root = members[first] else { continue }
            guard let branch = Self.branch(of: root, along: path.steps.dropFirst(), whole: path.isSection) else {
                continue
            }
            kept[first] = kept[first].map { Self.merge($0, branch) } ?? branch
        }
        return MergeValues(kept)
    }

    /// Plain variables outside sections that have no value: absent, null or empty.
    ///
    /// Names inside sections depend on the section's value; `MergeTemplate.missing(in:)` follows them.
    /// - Returns: each path once, in template order.
    public func missing(for paths: [MergePath]) -> [String] {
        var seen = Set<String>()
        return paths.compactMap { path in
            guard !path.isSection, path.guardedBy.isEmpty, self[path: path.path]?.text.isEmpty ?? true else {
                return nil
            }
            return seen.insert(path.path).inserted ? path.path : nil
        }
    }

    var value: MergeValue { .object(members) }

    private static func merge(
        _ below: [String: MergeValue], _ above: [String: MergeValue]
    ) -> [String: MergeValue] {
        below.merging(above, uniquingKeysWith: merge)
    }

    private static func merge(_ below: MergeValue, _ above: MergeValue) -> MergeValue {
        guard case .object(let old) = below, case .object(let new) = above else { return above }
        return .object(merge(old, new))
    }

    private static func branch(of value: MergeValue, along steps: ArraySlice<String>, whole: Bool) -> MergeValue? {
        guard let step = steps.first else {
            // A plain variable renders no object or list, so neither is kept for one.
            switch value {
            case .object, .list: return whole ? value : nil
            default: return value
            }
        }
        guard let child = value.child(step) else { return nil }
        return branch(of: child, along: steps.dropFirst(), whole: whole).map { .object([step: $0]) }
    }
}
