/// Reads a template in one linear pass over its bytes, without recursion, so that no source can cost more than its length.
///
/// The white space at the start of a line is held back until it is known whether a tag stands alone there.
struct TemplateParser {
    private struct Frame {
        enum Kind { case section, layout, block }

        let kind: Kind
        let name: String
        let node: Int
        let stoodAlone: Bool
        /// The blocks directly inside a layout.
        var blocks: [String: Range<Int>] = [:]
    }

    private struct Tag {
        /// The mark behind the braces; 0 for a plain variable.
        let sigil: UInt8
        let name: ArraySlice<UInt8>
        let start: Int
    }

    private let bytes: [UInt8]
    private let syntax: TemplateSyntax
    private var position = 0
    private var nodes: [TemplateNode] = []
    private var frames: [Frame] = []
    /// The text not yet made a node; ranges that meet are one.
    private var pendingText: [Range<Int>] = []
    /// Where the text written last ends.
    private var textEnd = 0
    private var heldSpace: Range<Int> = 0..<0
    private var atLineStart = true
    private var tagCount = 0

    init(_ source: String, _ syntax: TemplateSyntax) throws(TemplateError) {
        guard source.utf8.count <= Template.maximumBytes else { throw TemplateError(problem: .tooLarge, line: nil) }
        bytes = Array(source.utf8)
        self.syntax = syntax
    }

    mutating func parse() throws(TemplateError) -> [TemplateNode] {
        while position < bytes.count {
            if atLineStart { holdSpace() }
            let start = position
            let stop = findStop()
            position = stop
            if stop < bytes.count, bytes[stop] == UInt8(ascii: "\n") {
                writeHeldSpace()
                position += 1
                write(start..<position)
                atLineStart = true
                continue
            }
            if stop > start {
                writeHeldSpace()
                write(start..<stop)
                atLineStart = false
            }
            if stop < bytes.count { try parseTag() }
        }
        if let frame = frames.last { throw error(Self.unclosed(frame), at: bytes.count) }
        flushText()
        return nodes
    }

    // MARK: Text

    /// The next line end or `{{`, or the end.
    private func findStop() -> Int {
        var index = position
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") { return index }
            if byte == UInt8(ascii: "{"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "{") {
                return index
            }
            index += 1
        }
        return index
    }

    private mutating func holdSpace() {
        let start = position
        while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
        heldSpace = start..<position
    }

    private mutating func writeHeldSpace() {
        if !heldSpace.isEmpty { write(heldSpace) }
        heldSpace = 0..<0
    }

    private mutating func write(_ range: Range<Int>) {
        textEnd = range.upperBound
        if let last = pendingText.last, last.upperBound == range.lowerBound {
            pendingText[pendingText.count - 1] = last.lowerBound..<range.upperBound
        } else {
            pendingText.append(range)
        }
    }

    private mutating func flushText() {
        guard !pendingText.isEmpty else { return }
        // Text directly inside a layout has no place in it.
        if frames.last?.kind != .layout { nodes.append(.text(joinedText())) }
        pendingText.removeAll(keepingCapacity: true)
    }

    private func joinedText() -> String {
        if pendingText.count == 1 { return String(decoding: bytes[pendingText[0]], as: UTF8.self) }
        return String(decoding: pendingText.flatMap { bytes[$0] }, as: UTF8.self)
    }

    /// Whether nothing but white space shares the line with the tag just read; takes the line's end if so.
    private mutating func standsAlone() -> Bool {
        guard atLineStart else { return false }
        if position == bytes.count { return true }
        var index = position
        while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 }
        let length = Self.lineEndLength(bytes[index...])
        guard length > 0 else { return false }
        position = index + length
        return true
    }

    /// Ends the text before a tag, without the white space before one that stands alone.
    /// - Returns: Whether it does.
    private mutating func endText() -> Bool {
        let alone = standsAlone()
        if !alone { writeHeldSpace() }
        flushText()
        heldSpace = 0..<0
        return alone
    }

    // MARK: Tags

    private mutating func parseTag() throws(TemplateError) {
        let start = position
        tagCount += 1
        guard tagCount <= Template.maximumTags else { throw error(.tooManyTags, at: start) }
        let tag = try readTag(at: start)
        try check(tag)
        switch tag.sigil {
        case UInt8(ascii: "#"), UInt8(ascii: "^"):
            let name = try name(tag)
            let isInverted = tag.sigil == UInt8(ascii: "^")
            try open(.section, name.written, isInverted ? .inverted(name, end: 0) : .section(name, end: 0), tag)
        case UInt8(ascii: "<"):
            let name = try templateName(tag)
            try open(.layout, name, .layout(name, blocks: [:], end: 0), tag)
        case UInt8(ascii: "$"):
            let name = try templateName(tag)
            try open(.block, name, .block(name, end: 0), tag)
        case UInt8(ascii: "/"): try close(tag)
        case UInt8(ascii: ">"):
            let name = try templateName(tag)
            atLineStart = endText()
            nodes.append(.partial(name))
        case UInt8(ascii: "!"):
            // Held space stays held: a comment alone on its line takes the line away, any other leaves it as it is.
            atLineStart = standsAlone()
        default: try addVariable(tag)
        }
    }

    /// Refuses tags that are not available, at all or at this place.
    private func check(_ tag: Tag) throws(TemplateError) {
        switch tag.sigil {
        case UInt8(ascii: "="): throw error(.setDelimiter, at: tag.start)
        case UInt8(ascii: "%"): throw error(.pragma, at: tag.start)
        case UInt8(ascii: ">") where !syntax.allowsPartials: throw error(.partial, at: tag.start)
        case UInt8(ascii: "<") where !syntax.allowsPartials, UInt8(ascii: "$") where !syntax.allowsPartials:
            throw error(.block, at: tag.start)
        case UInt8(ascii: "$"), UInt8(ascii: "/"), UInt8(ascii: "!"): break
        default:
            guard let frame = frames.last, frame.kind == .layout else { break }
            throw error(.strayTag(layout: frame.name), at: tag.start)
        }
    }

    private mutating func addVariable(_ tag: Tag) throws(TemplateError) {
        let name = try name(tag)
        writeHeldSpace()
        flushText()
        nodes.append(.variable(name, form(isRaw: tag.sigil == UInt8(ascii: "&"))))
        atLineStart = false
    }

    private func form(isRaw: Bool) -> TemplateNode.Form {
        switch syntax.escaping {
        case .none: .plain
        case .html where isRaw: .plain
        case .html, .alwaysHTML: startsLink ? .link : .escaped
        }
    }

    private var startsLink: Bool { syntax.marksLinks && LinkAttribute.begins(after: bytes[..<textEnd]) }

    private mutating func open(
        _ kind: Frame.Kind, _ name: String, _ node: TemplateNode, _ tag: Tag
    ) throws(TemplateError) {
        guard frames.count < Template.maximumDepth else { throw error(.tooDeep, at: tag.start) }
        let wasAtLineStart = atLineStart
        // What follows a layout's tag on its line is still the start of it: only blocks count there.
        let alone = endText()
        atLineStart = kind == .layout ? wasAtLineStart : alone
        frames.append(Frame(kind: kind, name: name, node: nodes.count, stoodAlone: atLineStart))
        nodes.append(node)
    }

    private mutating func close(_ tag: Tag) throws(TemplateError) {
        let name = try closingName(tag)
        guard let frame = frames.last else { throw error(.unopenedSection(name), at: tag.start) }
        guard frame.name == name else {
            throw error(.mismatchedSection(open: frame.name, close: name), at: tag.start)
        }
        _ = endText()
        frames.removeLast()
        // As swift-mustache, this goes on as after the opening tag, not as after this one.
        atLineStart = frame.stoodAlone
        let end = nodes.count
        switch nodes[frame.node] {
        case .section(let name, _): nodes[frame.node] = .section(name, end: end)
        case .inverted(let name, _): nodes[frame.node] = .inverted(name, end: end)
        case .layout(let name, _, _): nodes[frame.node] = .layout(name, blocks: frame.blocks, end: end)
        case .block(let name, _):
            nodes[frame.node] = .block(name, end: end)
            if frames.last?.kind == .layout { frames[frames.count - 1].blocks[name] = (frame.node + 1)..<end }
        case .text, .variable, .partial: break
        }
    }

    private static func unclosed(_ frame: Frame) -> TemplateError.Problem {
        switch frame.kind {
        case .section: .unclosedSection(frame.name)
        case .layout: .unclosedLayout(frame.name)
        case .block: .unclosedBlock(frame.name)
        }
    }

    private func error(_ problem: TemplateError.Problem, at index: Int) -> TemplateError {
        let line = bytes[..<index].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        return TemplateError(problem: problem, line: line)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Bytes of the line end that `rest` starts with; every Unicode line end counts.
    private static func lineEndLength(_ rest: ArraySlice<UInt8>) -> Int {
        if rest.starts(with: [0x0D, 0x0A]) || rest.starts(with: [0xC2, 0x85]) { return 2 }
        if rest.starts(with: [0xE2, 0x80, 0xA8]) || rest.starts(with: [0xE2, 0x80, 0xA9]) { return 3 }
        guard let byte = rest.first else { return 0 }
        return (0x0A...0x0D).contains(byte) ? 1 : 0
    }
}

// MARK: Names

extension TemplateParser {
    private static func isSigil(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "#"), UInt8(ascii: "^"), UInt8(ascii: "/"), UInt8(ascii: "!"), UInt8(ascii: "&"),
            UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "%"):
            true
        default: false
        }
    }

    /// Reads from `{{` to behind `}}` and splits off the sigil; `{{{name}}}` counts as `{{&name}}`.
    private mutating func readTag(at start: Int) throws(TemplateError) -> Tag {
        guard var end = findTagEnd(from: start + 2) else { throw error(.unclosedTag, at: start) }
        var content = bytes[(start + 2)..<end]
        let isTriple = content.first == UInt8(ascii: "{")
        if isTriple {
            guard end + 2 < bytes.count, bytes[end + 2] == UInt8(ascii: "}") else {
                throw error(.unclosedTag, at: start)
            }
            end += 1
            content = content.dropFirst()
        }
        position = end + 2
        if let decode = syntax.decodingTags {
            content = Array(decode(String(decoding: content, as: UTF8.self)).utf8)[...]
        }
        content = Self.trimmed(content)
        guard let first = content.first else { throw error(.emptyTag, at: start) }
        if isTriple { return Tag(sigil: UInt8(ascii: "&"), name: content, start: start) }
        guard Self.isSigil(first) else { return Tag(sigil: 0, name: content, start: start) }
        return Tag(sigil: first, name: content.dropFirst(), start: start)
    }

    private func findTagEnd(from start: Int) -> Int? {
        var index = start
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "}"), bytes[index + 1] == UInt8(ascii: "}") { return index }
            index += 1
        }
        return nil
    }

    /// The name of a value.
    private func name(_ tag: Tag) throws(TemplateError) -> TemplateName {
        let written = try written(tag)
        guard written.utf8.allSatisfy(Self.isNameByte), Self.stepsAreWhole(written) else {
            throw error(.invalidName(written), at: tag.start)
        }
        return TemplateName(written)
    }

    /// The name of a template or a block, which may hold a `/`.
    private func templateName(_ tag: Tag) throws(TemplateError) -> String {
        let written = try written(tag)
        guard written.utf8.first != UInt8(ascii: "*") else { throw error(.dynamicName, at: tag.start) }
        guard written.utf8.allSatisfy(Self.isTemplateNameByte) else {
            throw error(.invalidName(written), at: tag.start)
        }
        return written
    }

    private func closingName(_ tag: Tag) throws(TemplateError) -> String {
        switch frames.last?.kind {
        case .layout, .block: try templateName(tag)
        case .section, nil: try name(tag).written
        }
    }

    private func written(_ tag: Tag) throws(TemplateError) -> String {
        let written = Self.trimmed(tag.name)
        guard !written.isEmpty else { throw error(.emptyTag, at: tag.start) }
        return String(decoding: written, as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "?"), UInt8(ascii: "*"): true
        default: byte != UInt8(ascii: "/") && isTemplateNameByte(byte)
        }
    }

    private static func isTemplateNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// `a..b`, `a.` and `..` are slips of the pen; `.` and `.a` have a meaning.
    private static func stepsAreWhole(_ name: String) -> Bool {
        let name = name.utf8
        guard name.count > 1 || name.first != UInt8(ascii: ".") else { return true }
        var wasDot = false
        for byte in name {
            let isDot = byte == UInt8(ascii: ".")
            if isDot && wasDot { return false }
            wasDot = isDot
        }
        return !wasDot
    }

    /// Without the white space at both ends, of which Unicode has more than ASCII: an editor's `&nbsp;` is decoded to it.
    private static func trimmed(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard name.allSatisfy({ $0 < 0x80 }) else {
            let text = String(decoding: name, as: UTF8.self).trimmingPrefix(while: \.isWhitespace)
            return Array(String(text.reversed().drop(while: \.isWhitespace).reversed()).utf8)[...]
        }
        var name = name.drop(while: isSpace)
        while let last = name.last, isSpace(last) { name.removeLast() }
        return name
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
