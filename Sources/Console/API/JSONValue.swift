import Messaging

/// A JSON value (RFC 8259). Members keep their order and numbers their literal.
enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case list([JSONValue])
    case object(JSONObject)

    var isNull: Bool { self == .null }

    /// How a message to the caller calls a value of this kind.
    var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }

    var mergeValue: MergeValue {
        switch self {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number(let literal): .number(literal)
        case .string(let text): .string(text)
        case .list(let items): .list(items.map(\.mergeValue))
        case .object(let object): .object(object.mergeMembers)
        }
    }
}

extension JSONValue: JSONReadable {
    /// Bounds the work of one body, which is ordinarily at most 1 MB.
    static let mostInBody = 100_000

    init(members: [(name: String, value: JSONValue)]) {
        self = .object(JSONObject(members: members.map { JSONObject.Member(name: $0.name, value: $0.value) }))
    }

    /// Reads a body that others sent.
    init(_ bytes: [UInt8], mostValues: Int = mostInBody) throws(JSONProblem) {
        self = try JSONReader<JSONValue>.read(bytes, .strict(mostValues: mostValues))
    }
}

/// The members of a JSON object, in order, each name once.
struct JSONObject: Sendable, Hashable {
    struct Member: Sendable, Hashable {
        var name: String
        var value: JSONValue
    }
    private(set) var members: [Member]

    init(members: [Member] = []) { self.members = members }

    subscript(name: String) -> JSONValue? { members.first { $0.name == name }?.value }

    mutating func append(_ name: String, _ value: JSONValue) { members.append(Member(name: name, value: value)) }

    var mergeMembers: [String: MergeValue] {
        Dictionary(members.map { ($0.name, $0.value.mergeValue) }, uniquingKeysWith: { $1 })
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        members = elements.map { Member(name: $0.0, value: $0.1) }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .number(String(value)) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(nilLiteral: ()) { self = .null }
    init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in elements { object.append(name, value) }
        self = .object(object)
    }

    /// A text, or null for none.
    init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }
    /// Ids are texts: a number above 2^53 would lose digits in most readers.
    init(id: Int64?) { self = id.map { .string(String($0)) } ?? .null }
    init(_ moment: Timestamp?) { self = moment.map { .string($0.rfc3339) } ?? .null }
    init(_ number: Int) { self = .number(String(number)) }
}
