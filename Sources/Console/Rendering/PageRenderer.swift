/// Writes a page of its template and model.
struct PageRenderer {
    /// A template that names itself would never end.
    private static let deepestPartial = 32

    private let templates: [String: PageTemplate]
    private var stack: [PageValue]
    private var depth = 0
    private var out: [UInt8] = []

    /// Room for the usual page.
    private static let usualBytes = 64 * 1024

    init(templates: [String: PageTemplate], model: PageValue) {
        self.templates = templates
        stack = [model]
        out.reserveCapacity(Self.usualBytes)
    }

    mutating func page(_ template: PageTemplate) -> String {
        write(template.nodes, [:])
        return String(decoding: out, as: UTF8.self)
    }

    /// `blocks`: what fills the places of the layouts around.
    private mutating func write(_ nodes: [PageTemplate.Node], _ blocks: [String: [PageTemplate.Node]]) {
        for node in nodes {
            switch node {
            case .text(let text): out.append(contentsOf: text.utf8)
            case .variable(let name, let escaped):
                guard let value = find(name) else { continue }
                if escaped { Self.escape(value.shown, to: &out) } else { out.append(contentsOf: value.shown.utf8) }
            case .section(let name, let inner): section(find(name), inner, blocks)
            case .inverted(let name, let inner): inverted(find(name), inner, blocks)
            case .block(let name, let usual): write(blocks[name] ?? usual, blocks)
            case .partial(let name, let filled):
                guard let partial = templates[name], depth < Self.deepestPartial else { continue }
                depth += 1
                // The outermost page decides what stands in a place.
                write(partial.nodes, filled.isEmpty ? blocks : blocks.merging(filled) { outer, _ in outer })
                depth -= 1
            }
        }
    }

    private mutating func section(
        _ value: PageValue?, _ inner: [PageTemplate.Node], _ blocks: [String: [PageTemplate.Node]]
    ) {
        switch value {
        case nil, .flag(false)?: break
        case .flag(true)?: write(inner, blocks)
        case .list(let items)?: for item in items { within(item, inner, blocks) }
        case let value?: within(value, inner, blocks)
        }
    }

    private mutating func inverted(
        _ value: PageValue?, _ inner: [PageTemplate.Node], _ blocks: [String: [PageTemplate.Node]]
    ) {
        switch value {
        case nil, .flag(false)?: write(inner, blocks)
        case .list(let items)? where items.isEmpty: within(.list([]), inner, blocks)
        default: break
        }
    }

    private mutating func within(
        _ value: PageValue, _ inner: [PageTemplate.Node], _ blocks: [String: [PageTemplate.Node]]
    ) {
        stack.append(value)
        write(inner, blocks)
        stack.removeLast()
    }

    /// The first step is searched from the innermost value outwards, the rest only from where it was found.
    private func find(_ name: PageTemplate.Name) -> PageValue? {
        guard let first = name.steps.first else { return stack.last }
        var found: PageValue?
        if name.isRelative {
            found = stack.last?.child(first)
        } else {
            for value in stack.reversed() {
                found = value.child(first)
                if found != nil { break }
            }
        }
        for step in name.steps.dropFirst() { found = found?.child(step) }
        return found
    }

    /// `&`, `<`, `>` and both quotes: what could end a text or an attribute in quotes.
    static func escape(_ text: String, to out: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): out += "&amp;".utf8
            case UInt8(ascii: "<"): out += "&lt;".utf8
            case UInt8(ascii: ">"): out += "&gt;".utf8
            case UInt8(ascii: "\""): out += "&quot;".utf8
            case UInt8(ascii: "'"): out += "&#39;".utf8
            default: out.append(byte)
            }
        }
    }
}
