/// Reads a template in one linear pass over its bytes, without recursion, so that no source can cost more than its length.
///
/// White space around tags alone on their line goes as in swift-mustache's parser, whose order of steps this follows:
/// the white space at the start of a line is held back until it is known whether a section or comment stands alone there.
struct MergeTemplateParser {
    private(set) var paths: [MergePath] = []

    private struct Frame {
        let name: String
        let node: Int
        let stoodAlone: Bool
        let guards: [String]
    }

    private let bytes: [UInt8]
    private let kind: MergeTemplate.Kind
    private var position = 0
    private var nodes: [MergeNode] = []
    private var frames: [Frame] = []
    private var pendingText: [UInt8] = []
    private var heldSpace: Range<Int> = 0..<0
    private var atLineStart = true
    private var linkStart = false
    private var tagCount = 0
    private var seenPaths = Set<MergePath>()

    init(_ source: String, as kind: MergeTemplate.Kind) throws {
        guard source.utf8.count <= MergeTemplate.maximumBytes else {
            throw MergeTemplateError(problem: .tooLarge, line: nil)
        }
        bytes = Array(source.utf8)
        self.kind = kind
    }

    mutating func parse() throws -> [MergeNode] {
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
        if let frame = frames.last { throw error(.unclosedSection(frame.name), at: bytes.count) }
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
        pendingText += bytes[range]
        linkStart = kind == .html && LinkPolicy.endsWithLinkAttribute(bytes[..<range.upperBound])
    }

    private mutating func flushText() {
        guard !pendingText.isEmpty else { return }
        nodes.append(.text(String(decoding: pendingText, as: UTF8.self)))
        pendingText.removeAll(keepingCapacity: true)
    }

    // MARK: Tags

    private mutating func parseTag() throws {
        let start = position
        tagCount += 1
        guard tagCount <= MergeTemplate.maximumTags else { throw error(.tooManyTags, at: start) }
        let tag = try readTag(at: start)
        switch tag.sigil {
        case UInt8(ascii: "#"), UInt8(ascii: "^"):
            try openSection(tag.name, inverted: tag.sigil == UInt8(ascii: "^"), at: start)
        case UInt8(ascii: "/"):
            try closeSection(tag.name, at: start)
        case UInt8(ascii: "!"):
            // Held space stays held: a comment alone on its line takes the line away, any other leaves it as it is.
            atLineStart = standsAlone()
        case UInt8(ascii: ">"): throw error(.partial, at: start)
        case UInt8(ascii: "<"), UInt8(ascii: "$"): throw error(.block, at: start)
        case UInt8(ascii: "="): throw error(.setDelimiter, at: start)
        case UInt8(ascii: "%"): throw error(.pragma, at: start)
        default:
            try addVariable(tag.name, at: start)
        }
    }

    private mutating func addVariable(_ text: String, at start: Int) throws {
        let name = try name(text, at: start)
        writeHeldSpace()
        flushText()
        nodes.append(.variable(name, startsLink: linkStart))
        notePath(name, isSection: false)
        atLineStart = false
    }

    private mutating func openSection(_ text: String, inverted: Bool, at start: Int) throws {
        let name = try name(text, at: start)
        guard frames.count < MergeTemplate.maximumDepth else { throw error(.tooDeep, at: start) }
        let alone = standsAlone()
        if !alone { writeHeldSpace() }
        flushText()
        notePath(name, isSection: true)
        let guards = (frames.last?.guards ?? []) + [inverted ? "^" + name.written : name.written]
        frames.append(Frame(name: name.written, node: nodes.count, stoodAlone: alone, guards: guards))
        nodes.append(inverted ? .inverted(name, end: 0) : .section(name, end: 0))
        heldSpace = 0..<0
        atLineStart = alone
    }

    private mutating func closeSection(_ text: String, at start: Int) throws {
        let name = try name(text, at: start)
        guard let frame = frames.popLast() else { throw error(.unopenedSection(name.written), at: start) }
        guard frame.name == name.written else {
            throw error(.mismatchedSection(open: frame.name, close: name.written), at: start)
        }
        if !standsAlone() { writeHeldSpace() }
        flushText()
        heldSpace = 0..<0
        // The engine goes on as after the opening tag, not as after this one.
        atLineStart = frame.stoodAlone
        switch nodes[frame.node] {
        case .section(let name, _): nodes[frame.node] = .section(name, end: nodes.count)
        case .inverted(let name, _): nodes[frame.node] = .inverted(name, end: nodes.count)
        case .text, .variable: break
        }
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

    private mutating func notePath(_ name: MergeName, isSection: Bool) {
        guard !name.isCurrent else { return }
        let path = MergePath(name.path, isSection: isSection, guardedBy: frames.last?.guards ?? [])
        if seenPaths.insert(path).inserted { paths.append(path) }
    }
}

extension MergeTemplateParser {
    /// Reads from `{{` to behind `}}` and splits off the sigil; `{{{name}}}` counts as `{{&name}}`.
    private mutating func readTag(at start: Int) throws -> (sigil: UInt8, name: String) {
        guard var end = findTagEnd(from: start + 2) else { throw error(.unclosedTag, at: start) }
        var content = bytes[(start + 2)..<end]
        if content.first == UInt8(ascii: "{") {
            guard end + 2 < bytes.count, bytes[end + 2] == UInt8(ascii: "}") else {
                throw error(.unclosedTag, at: start)
            }
            end += 1
            content = content.dropFirst()
        }
        position = end + 2
        var text = String(decoding: content, as: UTF8.self)
        if kind == .html { text = HTMLEntities.decode(text) }
        let isBare = text.utf8.first.map { (0x21...0x7E).contains($0) } ?? false
        let trimmed = isBare ? text[...] : text.drop(while: \.isWhitespace)
        guard let first = trimmed.utf8.first else { throw error(.emptyTag, at: start) }
        guard Self.sigils.contains(first) else { return (0, String(trimmed)) }
        return (first, String(trimmed.unicodeScalars.dropFirst()))
    }

    private func findTagEnd(from start: Int) -> Int? {
        var index = start
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "}"), bytes[index + 1] == UInt8(ascii: "}") { return index }
            index += 1
        }
        return nil
    }

    private func name(_ text: String, at start: Int) throws -> MergeName {
        let written = Self.trimmed(text)
        guard !written.isEmpty else { throw error(.emptyTag, at: start) }
        guard written.utf8.allSatisfy(Self.isNameByte), Self.stepsAreWhole(written) else {
            throw error(.invalidName(written), at: start)
        }
        return MergeName(written)
    }

    private func error(_ problem: MergeTemplateError.Problem, at index: Int) -> MergeTemplateError {
        let line = bytes[..<index].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        return MergeTemplateError(problem: problem, line: line)
    }

    private static let sigils = Set("#^/!&><$=%".utf8)

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Bytes of the line end that `rest` starts with; the engine counts every Unicode line end here.
    private static func lineEndLength(_ rest: ArraySlice<UInt8>) -> Int {
        if rest.starts(with: [0x0D, 0x0A]) || rest.starts(with: [0xC2, 0x85]) { return 2 }
        if rest.starts(with: [0xE2, 0x80, 0xA8]) || rest.starts(with: [0xE2, 0x80, 0xA9]) { return 3 }
        guard let byte = rest.first else { return 0 }
        return (0x0A...0x0D).contains(byte) ? 1 : 0
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "?"), UInt8(ascii: "*"):
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

    private static func trimmed(_ text: String) -> String {
        // Nearly every name is ASCII without a space around it.
        if let first = text.utf8.first, let last = text.utf8.last, (0x21...0x7E).contains(first),
            (0x21...0x7E).contains(last)
        {
            return text
        }
        let name = text.trimmingPrefix(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        return String(name)
    }
}
