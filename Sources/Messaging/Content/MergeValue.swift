/// One value a message can be personalised with: what JSON can say, and nothing else.
///
/// Numbers keep the literal they were written with. A price that arrived as `10.00` is shown as `10.00`, and an account
/// number of twenty digits loses none of them, which a `Double` could not promise.
public enum MergeValue: Sendable, Hashable {
    case string(String)
    /// The number as it was written, a valid JSON number such as `-1`, `10.00` or `2e3`.
    case number(String)
    case bool(Bool)
    case null
    case list([MergeValue])
    case object([String: MergeValue])

    /// The value found by walking `path`, a dotted list of keys such as `member.first_name`; nil when any step is absent.
    ///
    /// Empty steps are ignored, as the template language does; lists have no steps.
    public subscript(path path: String) -> MergeValue? {
        var value = self
        for step in path.split(separator: ".") {
            guard let next = value.child(String(step)) else { return nil }
            value = next
        }
        return value
    }

    /// What a plain variable shows: text, a number as written, `true` or `false`. Null, lists and objects show nothing.
    public var text: String {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .list, .object: ""
        }
    }

    /// Whether a section over this value is shown.
    ///
    /// False for null, `false`, an empty text, an empty list and zero however it is written (`0`, `0.00`): "if the member
    /// has a balance" must not be true for a balance of nothing.
    public var isTruthy: Bool {
        switch self {
        case .string(let text): !text.isEmpty
        case .number(let literal): !Self.isZero(literal)
        case .bool(let flag): flag
        case .null: false
        case .list(let items): !items.isEmpty
        case .object: true
        }
    }

    public func child(_ name: String) -> MergeValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// Only the digits before an exponent decide: `0e9` is zero, `1e-400` is not.
    private static func isZero(_ literal: String) -> Bool {
        for byte in literal.utf8 {
            if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") { break }
            if byte >= UInt8(ascii: "1"), byte <= UInt8(ascii: "9") { return false }
        }
        return true
    }
}

extension MergeValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .number(String(value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: MergeValue...) { self = .list(elements) }

    /// A repeated key keeps its last value, as in JSON.
    public init(dictionaryLiteral elements: (String, MergeValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}
