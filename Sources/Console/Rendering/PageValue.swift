import Templating

/// What a page shows many of, so that naming its fields is worth sparing the look into each by reflection. The tests hold
/// them against what reflection finds.
protocol PageFields {
    var pageFields: [String: PageValue] { get }
}

/// A page model as a template walks it: every value looked into once.
///
/// Only stored properties are seen. A field that holds nothing is left out, so a template looks for its name further
/// out.
indirect enum PageValue: Sendable, Hashable {
    case text(String)
    case flag(Bool)
    case list([PageValue])
    case fields([String: PageValue])

    init(_ model: Any) { self = Self.read(model) ?? .fields([:]) }

    /// `nil` for an optional that holds nothing.
    private static func read(_ value: Any) -> PageValue? {
        // What most fields are.
        switch value {
        case let text as String: return .text(text)
        case let flag as Bool: return .flag(flag)
        case let number as Int: return .text(String(number))
        case let row as any PageFields: return .fields(row.pageFields)
        default: break
        }
        return reflected(value)
    }

    /// As `read`, whatever the value says of itself.
    static func reflected(_ value: Any) -> PageValue? {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.flatMap { read($0.value) }
        case .struct, .class, .tuple: return .fields(fields(of: mirror))
        case .collection, .set: return .list(mirror.children.compactMap { read($0.value) })
        case .dictionary: return .fields(entries(of: mirror))
        default: return .text(String(describing: value))
        }
    }

    private static func fields(of mirror: Mirror) -> [String: PageValue] {
        var fields: [String: PageValue] = [:]
        fields.reserveCapacity(mirror.children.count)
        for (label, value) in mirror.children {
            guard let label, let read = read(value) else { continue }
            fields[label] = read
        }
        return fields
    }

    private static func entries(of mirror: Mirror) -> [String: PageValue] {
        var fields: [String: PageValue] = [:]
        for (_, entry) in mirror.children {
            guard let (key, value) = entry as? (key: String, value: Any), let read = read(value) else { continue }
            fields[key] = read
        }
        return fields
    }

}

extension PageValue: TemplateValue {
    func child(_ name: String) -> PageValue? {
        guard case .fields(let fields) = self else { return nil }
        return fields[name]
    }

    var text: String {
        switch self {
        case .text(let text): text
        case .flag(let flag): flag ? "true" : "false"
        case .list, .fields: ""
        }
    }

    /// An empty text opens its section: a field that holds nothing is not there at all.
    var section: TemplateSection<PageValue> {
        switch self {
        case .flag(let flag): flag ? .shown : .hidden
        case .list(let items): .each(items)
        case .text, .fields: .within
        }
    }
}
