import Templating

/// What JSON can say, with the meaning that the Mustache specification gives it.
enum SampleValue: TemplateValue {
    case text(String)
    case flag(Bool)
    case null
    case list([SampleValue])
    case object([String: SampleValue])

    func child(_ name: String) -> SampleValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    var text: String {
        switch self {
        case .text(let text): text
        case .flag(let flag): flag ? "true" : "false"
        case .null, .list, .object: ""
        }
    }

    var section: TemplateSection<SampleValue> {
        switch self {
        case .flag(let flag): flag ? .shown : .hidden
        case .null: .hidden
        case .list(let items): .each(items)
        case .text, .object: .within
        }
    }
}

extension SampleValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .text(String(value)) }
    init(booleanLiteral value: Bool) { self = .flag(value) }
    init(nilLiteral: ()) { self = .null }
    init(arrayLiteral elements: SampleValue...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, SampleValue)...) {
        self = .object(Dictionary(uniqueKeysWithValues: elements))
    }
}
