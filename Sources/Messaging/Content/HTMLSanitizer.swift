import Templating

/// Allow-list sanitizer for HTML from outside: keeps the elements and attributes that mail clients support and removes
/// everything else.
///
/// - Removed with their content: scripts, frames, objects, media, SVG, MathML, templates, selects, text areas.
/// - Removed, keeping their content: forms, buttons and every element not on the list.
/// - Removed: comments, including Outlook's conditional comments (they hide markup from every other client, so nobody
///   could review it); event handlers; `base`, `link`, refreshing `meta`; addresses outside `LinkPolicy`; in styles
///   `expression()`, `behavior`, `-moz-binding`, `@import`, `position: fixed` and scripted addresses.
/// - `{{ }}` tags in text, in attribute values and in styles are kept. An attribute in which a tag or a section begins
///   but does not end is removed: a section across the end of an attribute could break the markup when rendered. Tags
///   between attributes (`<td {{#a}}bgcolor="red"{{/a}}>`) are lost; write them inside a value.
///
/// The output is serialised from the tokens, with every attribute quoted and escaped, so a browser parses exactly what
/// was allowed. Idempotent. Linear in the length of the input.
///
/// Sanitizes content before values are merged in; `MergeTemplate` escapes the values.
public enum HTMLSanitizer {
    public static func clean(_ html: String) -> String {
        var cleaner = HTMLCleaner(html)
        return cleaner.clean()
    }
}

private struct HTMLCleaner {
    private var tokenizer: HTMLTokenizer
    private var out: [UInt8] = []
    private var hasDoctype = false
    /// Element whose content is being dropped, and its nesting depth.
    private var skipped: (name: String, depth: Int)?

    init(_ html: String) {
        tokenizer = HTMLTokenizer(html)
        out.reserveCapacity(html.utf8.count)
    }

    mutating func clean() -> String {
        while let token = tokenizer.next() {
            if skipped == nil { write(token) } else { follow(token) }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Inside a dropped element only tags with its own name count.
    private mutating func follow(_ token: HTMLToken) {
        guard let (name, depth) = skipped else { return }
        switch token {
        case .start(let tag) where tag.name == name && !tag.isSelfClosing: skipped = (name, depth + 1)
        case .end(name): skipped = depth == 1 ? nil : (name, depth - 1)
        default: break
        }
    }

    private mutating func write(_ token: HTMLToken) {
        switch token {
        case .text(let range): writeText(tokenizer.bytes[range])
        case .start(let tag): writeStart(tag)
        case .end(let name):
            if HTMLAllowList.elements.contains(name), !HTMLAllowList.voidElements.contains(name) {
                out += "</\(name)>".utf8
            }
        case .raw(let tag, let content): writeRaw(tag, content)
        case .doctype(let range): writeDoctype(range)
        }
    }

    private mutating func writeStart(_ tag: HTMLTag) {
        if HTMLAllowList.droppedWithContent.contains(tag.name) {
            let isWhole = tag.isSelfClosing && HTMLAllowList.foreignElements.contains(tag.name)
            if !isWhole { skipped = (tag.name, 1) }
            return
        }
        guard HTMLAllowList.elements.contains(tag.name) else { return }
        let attributes = allowedAttributes(of: tag)
        if tag.name == "meta", !HTMLAllowList.allowsMeta(attributes) { return }
        writeStart(tag.name, attributes)
    }

    private mutating func writeStart(_ name: String, _ attributes: [(name: String, value: String)]) {
        out += "<\(name)".utf8
        for attribute in attributes {
            out += " \(attribute.name)=\"".utf8
            out += HTMLEscape.escape(attribute.value).utf8
            out.append(UInt8(ascii: "\""))
        }
        out.append(UInt8(ascii: ">"))
    }

    private func allowedAttributes(of tag: HTMLTag) -> [(name: String, value: String)] {
        var seen = Set<String>()
        return tag.attributes.compactMap { attribute in
            guard HTMLAllowList.allows(attribute.name, on: tag.name), seen.insert(attribute.name).inserted else {
                return nil
            }
            let written = tokenizer.text(attribute.value).filter { $0 != "\0" }
            guard let value = HTMLAllowList.clean(HTMLEntities.decode(written), of: attribute.name, on: tag.name) else {
                return nil
            }
            return (attribute.name, value)
        }
    }

    /// Copies text unchanged, including references. Escapes a `<` that began no tag, so that it cannot begin one later.
    private mutating func writeText(_ text: ArraySlice<UInt8>) {
        for byte in text where byte != 0 {
            if byte == UInt8(ascii: "<") { out += "&lt;".utf8 } else { out.append(byte) }
        }
    }

    private mutating func writeRaw(_ tag: HTMLTag, _ content: Range<Int>) {
        guard tag.name == "style" || tag.name == "title" else { return }
        let text = tokenizer.text(content)
        guard MergeTags.areWhole(in: text) else { return }
        writeStart(tag.name, allowedAttributes(of: tag))
        if tag.name == "style" {
            out += StyleFilter.clean(text).utf8
        } else {
            writeText(ArraySlice(text.utf8))
        }
        out += "</\(tag.name)>".utf8
    }

    private mutating func writeDoctype(_ range: Range<Int>) {
        guard !hasDoctype else { return }
        hasDoctype = true
        let isPlain = tokenizer.bytes[range].allSatisfy { HTMLAllowList.isDoctypeByte($0) }
        out += "<!".utf8 + (isPlain ? Array(tokenizer.bytes[range]) : Array("DOCTYPE html".utf8)) + ">".utf8
    }
}

/// `{{ }}` tags in a text that is not a complete template.
enum MergeTags {
    /// Whether every tag and every section that begins in `text` also ends there.
    static func areWhole(in text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return true }
        let bytes = Array(text.utf8)
        var depth = 0
        var index = 0
        while index + 1 < bytes.count {
            guard bytes[index] == UInt8(ascii: "{"), bytes[index + 1] == UInt8(ascii: "{") else {
                index += 1
                continue
            }
            index += 2
            let start = index
            while index + 1 < bytes.count, bytes[index] != UInt8(ascii: "}") || bytes[index + 1] != UInt8(ascii: "}") {
                index += 1
            }
            guard index + 1 < bytes.count else { return false }
            switch bytes[start..<index].first(where: { $0 > 0x20 }) {
            case UInt8(ascii: "#"), UInt8(ascii: "^"): depth += 1
            case UInt8(ascii: "/"): depth -= 1
            default: break
            }
            if depth < 0 { return false }
            index += 2
        }
        return depth == 0
    }
}
