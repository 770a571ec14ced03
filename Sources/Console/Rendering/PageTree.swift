import Mustache

/// A page model as the engine can walk it quickly.
///
/// Left to itself the engine asks the runtime for all fields of a value each time a template names one of them, which is
/// most of a page's cost. Here each value is looked into once: structs become dictionaries of their stored fields, and
/// a field that holds nothing is left out, so that the engine looks for its name further out, as it does with the value
/// itself.
enum PageTree {
    static func of(_ value: Any) -> Any { node(value) ?? value }

    /// `nil` for an optional that holds nothing.
    private static func node(_ value: Any) -> Any? {
        // What most fields are; the engine knows them as they are.
        switch value {
        case is String, is Bool, is Int: return value
        default: break
        }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.flatMap { node($0.value) }
        case .struct, .class, .tuple: return fields(of: mirror)
        case .collection:
            return mirror.children.map { node($0.value) ?? $0.value }
        default: return value
        }
    }

    private static func fields(of mirror: Mirror) -> [String: Any] {
        var fields: [String: Any] = [:]
        fields.reserveCapacity(mirror.children.count)
        for (label, value) in mirror.children {
            guard let label, let node = node(value) else { continue }
            fields[label] = node
        }
        return fields
    }
}

/// Escapes the values of pages like the engine's own HTML, by bytes instead of by characters.
struct PageEscaping: MustacheContentType {
    /// What `{{% CONTENT_TYPE:… }}` names it by.
    static let name = "PAGE"

    func escapeText(_ text: String) -> String {
        guard text.utf8.contains(where: { Self.escapes[Int($0)] != nil }) else { return text }
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count + 32)
        for byte in text.utf8 {
            if let escape = Self.escapes[Int(byte)] { out += escape } else { out.append(byte) }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static let escapes: [[UInt8]?] = {
        var escapes = [[UInt8]?](repeating: nil, count: 256)
        for (character, escape) in [("<", "&lt;"), (">", "&gt;"), ("&", "&amp;"), ("\"", "&quot;"), ("'", "&#39;")] {
            escapes[Int(Array(character.utf8)[0])] = Array(escape.utf8)
        }
        return escapes
    }()
}
