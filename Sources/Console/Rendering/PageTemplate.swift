/// A page's template, read once: Mustache with sections, inverted sections, partials, comments and the blocks of a
/// layout (`{{<Layout}} {{$title}}…{{/title}} {{/Layout}}`). The tests hold it against swift-mustache on every page.
///
/// The reading and rendering are our own because swift-mustache looks into a model by reflection at every tag, and asks
/// the runtime up to eight questions about each value: a page of the send log took 7 ms of it.
///
/// One difference, made on purpose: the lines of a partial are not indented like the tag that names it. That is room a
/// page does not need, and wrong inside `<pre>`.
struct PageTemplate: Sendable {
    indirect enum Node: Sendable {
        case text(String)
        case variable(Name, escaped: Bool)
        case section(Name, [Node])
        case inverted(Name, [Node])
        case partial(String, blocks: [String: [Node]])
        /// A place a page may fill, and what stands there otherwise.
        case block(String, [Node])
    }

    /// The name in a tag, split once.
    struct Name: Sendable, Hashable {
        let steps: [String]
        /// With a leading dot: of the innermost value only. `.` alone is that value.
        let isRelative: Bool

        init(_ written: String) {
            steps = written.split(separator: "." as Character).map(String.init)
            isRelative = written.first == "."
        }
    }

    struct Unreadable: Error {
        var line: Int
        var reason: String
    }

    let nodes: [Node]

    init(_ source: String) throws(Unreadable) {
        var parser = PageParser(source)
        nodes = try parser.nodes(until: nil)
    }
}

/// Reads a template in one walk over its bytes.
private struct PageParser {
    private let bytes: [UInt8]
    private var position = 0
    /// Where the text that was not taken yet begins.
    private var taken = 0

    init(_ source: String) { bytes = Array(source.utf8) }

    private struct Tag {
        var kind: UInt8
        var name: String
        var start: Int
        var end: Int
    }

    mutating func nodes(until closing: String?) throws(PageTemplate.Unreadable) -> [PageTemplate.Node] {
        var nodes: [PageTemplate.Node] = []
        while let tag = try nextTag() {
            let isAlone = Self.standsAlone.contains(tag.kind) && isAloneOnLine(tag)
            append(text: taken..<(isAlone ? lineStart(before: tag.start) : tag.start), to: &nodes)
            taken = isAlone ? lineEnd(after: tag.end) : tag.end
            position = taken
            switch tag.kind {
            case UInt8(ascii: "/"):
                guard tag.name == closing else { throw problem("{{/\(tag.name)}} closes nothing", at: tag.start) }
                return nodes
            case UInt8(ascii: "!"): break
            case UInt8(ascii: "#"): nodes.append(.section(.init(tag.name), try self.nodes(until: tag.name)))
            case UInt8(ascii: "^"): nodes.append(.inverted(.init(tag.name), try self.nodes(until: tag.name)))
            case UInt8(ascii: "$"): nodes.append(.block(tag.name, try self.nodes(until: tag.name)))
            case UInt8(ascii: ">"): nodes.append(.partial(tag.name, blocks: [:]))
            case UInt8(ascii: "<"): nodes.append(.partial(tag.name, blocks: try blocks(of: tag)))
            case UInt8(ascii: "{"), UInt8(ascii: "&"): nodes.append(.variable(.init(tag.name), escaped: false))
            default: nodes.append(.variable(.init(tag.name), escaped: true))
            }
        }
        if let closing { throw problem("{{#\(closing)}} is not closed", at: bytes.count) }
        append(text: taken..<bytes.count, to: &nodes)
        taken = bytes.count
        return nodes
    }

    /// What a page puts into the places of its layout; only white space may stand between them.
    private mutating func blocks(of tag: Tag) throws(PageTemplate.Unreadable) -> [String: [PageTemplate.Node]] {
        var blocks: [String: [PageTemplate.Node]] = [:]
        for node in try nodes(until: tag.name) {
            switch node {
            case .block(let name, let nodes): blocks[name] = nodes
            case .text: break
            default: throw problem("only blocks may stand in {{<\(tag.name)}}", at: tag.start)
            }
        }
        return blocks
    }

    private mutating func nextTag() throws(PageTemplate.Unreadable) -> Tag? {
        var start = position
        while start + 1 < bytes.count, !(bytes[start] == Self.open && bytes[start + 1] == Self.open) { start += 1 }
        guard start + 1 < bytes.count else { return nil }
        var inner = start + 2
        let isTriple = inner < bytes.count && bytes[inner] == Self.open
        let kind = inner < bytes.count ? bytes[inner] : 0
        let hasKind = Self.kinds.contains(kind)
        if hasKind { inner += 1 }
        var end = inner
        while end + 1 < bytes.count, !(bytes[end] == Self.close && bytes[end + 1] == Self.close) { end += 1 }
        guard end + 1 < bytes.count else { throw problem("a tag is not closed", at: start) }
        let written = bytes[inner..<end].drop(while: Self.isSpace)
        let name = String(decoding: written.prefix { !Self.isSpace($0) }, as: UTF8.self)
        let isComment = kind == UInt8(ascii: "!")
        guard isComment || !name.isEmpty && written.dropFirst(name.utf8.count).allSatisfy(Self.isSpace),
            isComment || name.utf8.allSatisfy(Self.isNameByte)
        else { throw problem("“\(name)” is no name", at: start) }
        end += isTriple ? 3 : 2
        return Tag(kind: hasKind ? kind : 0, name: name, start: start, end: min(end, bytes.count))
    }

    private static let open = UInt8(ascii: "{")
    private static let close = UInt8(ascii: "}")
    private static let kinds = Set("#^/!{&><$".utf8)
    private static let standsAlone = Set("#^/!><$".utf8)

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D...0x2F, UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { isBlank(byte) || byte == 10 }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }

    private func isAloneOnLine(_ tag: Tag) -> Bool {
        let start = lineStart(before: tag.start)
        guard start == 0 || bytes[start - 1] == 10, start >= taken else { return false }
        var end = tag.end
        while end < bytes.count, Self.isBlank(bytes[end]) { end += 1 }
        return end == bytes.count || bytes[end] == 10
    }

    /// Back over the blanks before a tag.
    private func lineStart(before position: Int) -> Int {
        var start = position
        while start > 0, Self.isBlank(bytes[start - 1]) { start -= 1 }
        return start
    }

    private func lineEnd(after position: Int) -> Int {
        var end = position
        while end < bytes.count, bytes[end] != 10 { end += 1 }
        return min(end + 1, bytes.count)
    }

    private func append(text range: Range<Int>, to nodes: inout [PageTemplate.Node]) {
        if !range.isEmpty { nodes.append(.text(String(decoding: bytes[range], as: UTF8.self))) }
    }

    private func problem(_ reason: String, at position: Int) -> PageTemplate.Unreadable {
        PageTemplate.Unreadable(line: bytes[..<position].count { $0 == 10 } + 1, reason: reason)
    }
}
