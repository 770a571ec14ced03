/// One token of HTML. Ranges refer to the tokenizer's bytes.
enum HTMLToken {
    case text(Range<Int>)
    case start(HTMLTag)
    case end(String)
    /// Raw text element (`style`, `title`, `script`…) with its content and end tag.
    case raw(HTMLTag, content: Range<Int>)
    /// Text between `<!` and `>` of a document type.
    case doctype(Range<Int>)
}

struct HTMLTag {
    struct Attribute {
        let name: String
        /// Empty for an attribute without a value.
        let value: Range<Int>
    }

    let name: String
    let attributes: [Attribute]
    let isSelfClosing: Bool
}

/// Tokenizes HTML like a browser (HTML Living Standard, 13.2.5), in one pass without backtracking.
///
/// Comments, CDATA sections and processing instructions are skipped, including Outlook's conditional comments; an
/// unclosed tag or comment at the end is skipped as in a browser. Element and attribute names are lower-cased.
struct HTMLTokenizer {
    let bytes: [UInt8]
    private var position = 0

    /// Elements whose content is text up to the matching end tag.
    private static let rawElements: Set<String> = [
        "style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext",
    ]

    init(_ html: String) { bytes = Array(html.utf8) }

    /// Text of `range`, as written.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    mutating func next() -> HTMLToken? {
        while position < bytes.count {
            let start = position
            if let token = readMarkup() { return token }
            if position == start { return readText() }
        }
        return nil
    }

    /// Reads markup at the current `<`. Returns nil after skipping a comment, or without moving if it is text.
    private mutating func readMarkup() -> HTMLToken? {
        guard bytes[position] == UInt8(ascii: "<"), position + 1 < bytes.count else { return nil }
        let next = bytes[position + 1]
        if Self.isLetter(next) { return readStartTag() }
        switch next {
        case UInt8(ascii: "/"): return readEndTag()
        case UInt8(ascii: "!"): return readDeclaration()
        case UInt8(ascii: "?"):
            skip(past: UInt8(ascii: ">"))
            return nil
        default: return nil
        }
    }

    private mutating func readText() -> HTMLToken {
        let start = position
        position += 1
        while position < bytes.count, !startsMarkup(position) { position += 1 }
        return .text(start..<position)
    }

    private func startsMarkup(_ index: Int) -> Bool {
        guard bytes[index] == UInt8(ascii: "<"), index + 1 < bytes.count else { return false }
        let next = bytes[index + 1]
        return Self.isLetter(next) || next == UInt8(ascii: "/") || next == UInt8(ascii: "!")
            || next == UInt8(ascii: "?")
    }

    private mutating func readEndTag() -> HTMLToken? {
        guard position + 2 < bytes.count else {
            // "</" at the very end is text.
            return nil
        }
        position += 2
        guard Self.isLetter(bytes[position]) else {
            skip(past: UInt8(ascii: ">"))
            return nil
        }
        guard let tag = readTag() else { return nil }
        return .end(tag.name)
    }

    private mutating func readStartTag() -> HTMLToken? {
        position += 1
        guard let tag = readTag() else { return nil }
        guard Self.rawElements.contains(tag.name) else { return .start(tag) }
        let start = position
        let end = findEndTag(tag.name)
        position = end
        if end < bytes.count {
            position += 2
            _ = readTag()
        }
        return .raw(tag, content: start..<end)
    }

    /// Index of `</name` followed by the end of a name, or the end of the text. Nothing ends `plaintext`.
    private func findEndTag(_ name: String) -> Int {
        let name = Array(name.utf8)
        guard name != Array("plaintext".utf8) else { return bytes.count }
        var index = position
        while index + 2 + name.count <= bytes.count {
            if bytes[index] == UInt8(ascii: "<"), bytes[index + 1] == UInt8(ascii: "/"),
                zip(bytes[(index + 2)...], name).allSatisfy({ $0 | 0x20 == $1 }),
                index + 2 + name.count == bytes.count || Self.endsName(bytes[index + 2 + name.count])
            {
                return index
            }
            index += 1
        }
        return bytes.count
    }

    // MARK: Comments and declarations

    private mutating func readDeclaration() -> HTMLToken? {
        let start = position + 2
        if bytes[start...].starts(with: [UInt8(ascii: "-"), UInt8(ascii: "-")]) {
            skipComment(from: start + 2)
            return nil
        }
        let isDoctype = bytes[start...].prefix(7).map { $0 | 0x20 } == Array("doctype".utf8)
        skip(past: UInt8(ascii: ">"))
        guard isDoctype, bytes[position - 1] == UInt8(ascii: ">") else { return nil }
        return .doctype(start..<(position - 1))
    }

    /// `<!-->` and `<!--->` are complete; otherwise a comment ends with `-->`, `--!>` or the end of the text.
    private mutating func skipComment(from start: Int) {
        var index = start
        if bytes[index...].starts(with: [UInt8(ascii: ">")]) {
            position = index + 1
            return
        }
        if bytes[index...].starts(with: [UInt8(ascii: "-"), UInt8(ascii: ">")]) {
            position = index + 2
            return
        }
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: ">"), isCommentEnd(at: index, from: start) {
                position = index + 1
                return
            }
            index += 1
        }
        position = bytes.count
    }

    private func isCommentEnd(at index: Int, from start: Int) -> Bool {
        let before = bytes[start..<index].suffix(3)
        return before.suffix(2).elementsEqual("--".utf8) || before.elementsEqual("--!".utf8)
    }

    private mutating func skip(past byte: UInt8) {
        while position < bytes.count {
            position += 1
            if bytes[position - 1] == byte { return }
        }
    }

    // MARK: Tags

    /// Reads from the first letter of the name past the `>`; nil if the text ends before.
    private mutating func readTag() -> HTMLTag? {
        let start = position
        while position < bytes.count, !Self.endsName(bytes[position]) { position += 1 }
        let name = lowercased(start..<position)
        var attributes: [HTMLTag.Attribute] = []
        var slashBefore = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: ">") {
                position += 1
                return HTMLTag(name: name, attributes: attributes, isSelfClosing: slashBefore)
            }
            slashBefore = byte == UInt8(ascii: "/")
            if slashBefore || Self.isSpace(byte) {
                position += 1
            } else if let attribute = readAttribute() {
                attributes.append(attribute)
            }
        }
        return nil
    }

    private mutating func readAttribute() -> HTMLTag.Attribute? {
        let start = position
        // A "=" at the start of a name belongs to it.
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "="), !Self.endsName(bytes[position]) {
            position += 1
        }
        let name = lowercased(start..<position)
        let nameEnd = position
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            position = nameEnd
            return HTMLTag.Attribute(name: name, value: nameEnd..<nameEnd)
        }
        position += 1
        skipSpace()
        guard let value = readAttributeValue() else { return nil }
        return HTMLTag.Attribute(name: name, value: value)
    }

    private mutating func readAttributeValue() -> Range<Int>? {
        guard position < bytes.count else { return nil }
        let quote = bytes[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: ">"), !Self.isSpace(bytes[position]) {
                position += 1
            }
            return start..<position
        }
        let start = position + 1
        position = start
        while position < bytes.count, bytes[position] != quote { position += 1 }
        guard position < bytes.count else { return nil }
        position += 1
        return start..<(position - 1)
    }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    private func lowercased(_ range: Range<Int>) -> String {
        String(decoding: bytes[range].lazy.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) && byte < 0x80 }
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) && byte != 0x0B }
    private static func endsName(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
    }
}
