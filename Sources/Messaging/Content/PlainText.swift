/// Converts a mail's HTML to its text part.
///
/// | HTML | text |
/// |---|---|
/// | paragraphs, headings, lists, tables | blocks separated by a blank line |
/// | `<tr>` | a line, its cells two spaces apart |
/// | `<li>` | `- ` or `1. `, indented by two spaces per enclosing list |
/// | `<a href="u">t</a>` | `t (u)`; only `t` if `u` is the same or has no target |
/// | `<img alt="a">` | `a` |
/// | `<br>`, `<hr>` | a new line, a line of ten dashes |
/// | `style`, `script`, the head | nothing |
/// | elements with `hidden` or `display:none` | nothing: the line for the inbox preview repeats the mail's text |
///
/// References are decoded, and white space is collapsed except in `<pre>`. `{{ }}` tags are kept, so a template is
/// converted once and its text rendered for every receiver. Linear in the length of the input.
public enum PlainText {
    public static func from(html: String) -> String {
        var writer = PlainTextWriter(html)
        return writer.write()
    }
}

private struct PlainTextWriter {
    private struct Link {
        let address: String
        let start: Int
    }

    private enum List {
        case bullets
        case numbers(next: Int)
    }

    private var tokenizer: HTMLTokenizer
    private var page = PlainPage()
    private var lists: [List] = []
    /// At most one open link: as in browsers, a link ends where the next begins.
    private var link: Link?
    private var hidden: (name: String, depth: Int)?

    init(_ html: String) { tokenizer = HTMLTokenizer(html) }

    mutating func write() -> String {
        while let token = tokenizer.next() {
            if hidden == nil { write(token) } else { follow(token) }
        }
        endLink()
        return page.finished()
    }

    private mutating func follow(_ token: HTMLToken) {
        guard let (name, depth) = hidden else { return }
        switch token {
        case .start(let tag) where tag.name == name: hidden = (name, depth + 1)
        case .end(name): hidden = depth == 1 ? nil : (name, depth - 1)
        default: break
        }
    }

    private mutating func write(_ token: HTMLToken) {
        switch token {
        case .text(let range): page.write(HTMLEntities.decode(tokenizer.text(range)))
        case .start(let tag): start(tag)
        case .end(let name): end(name)
        case .raw(let tag, let content) where tag.name == "textarea":
            page.write(HTMLEntities.decode(tokenizer.text(content)))
        case .raw, .doctype: break
        }
    }

    private mutating func start(_ tag: HTMLTag) {
        if isHidden(tag) {
            hidden = (tag.name, 1)
            return
        }
        switch tag.name {
        case "br": page.breakLine()
        case "hr": writeRule()
        case "img": page.write(value("alt", of: tag) ?? "")
        case "a":
            endLink()
            link = Link(address: value("href", of: tag) ?? "", start: page.length)
        case "ul", "menu", "dir": startList(.bullets)
        case "ol": startList(.numbers(next: value("start", of: tag).flatMap { Int($0) } ?? 1))
        case "li": startItem()
        case "td", "th": page.startCell()
        case "pre":
            page.endBlock(blankLines: 1)
            page.preDepth += 1
        default: page.endBlock(blankLines: Self.blankLines(around: tag.name))
        }
    }

    private mutating func end(_ name: String) {
        switch name {
        case "a": endLink()
        case "ul", "ol", "menu", "dir":
            _ = lists.popLast()
            page.endBlock(blankLines: lists.isEmpty ? 1 : 0)
        case "pre":
            page.preDepth = max(0, page.preDepth - 1)
            page.endBlock(blankLines: 1)
        case "td", "th": page.endCell()
        default: page.endBlock(blankLines: Self.blankLines(around: name))
        }
    }

    private mutating func writeRule() {
        page.endBlock(blankLines: 0)
        page.write("----------")
        page.endBlock(blankLines: 0)
    }

    private mutating func startList(_ list: List) {
        page.endBlock(blankLines: lists.isEmpty ? 1 : 0)
        lists.append(list)
    }

    private mutating func startItem() {
        page.endBlock(blankLines: 0)
        let indent = String(repeating: "  ", count: min(max(0, lists.count - 1), 8))
        switch lists.last {
        case .numbers(let number):
            page.startItem(indent + "\(number). ")
            lists[lists.count - 1] = .numbers(next: number &+ 1)
        case .bullets, nil: page.startItem(indent + "- ")
        }
    }

    private mutating func endLink() {
        guard let link else { return }
        self.link = nil
        let address = link.address.trimmingSpaces()
        guard !address.isEmpty, !address.hasPrefix("#") else { return }
        let text = page.text(from: link.start).trimmingSpaces()
        if text.isEmpty {
            page.write(address)
        } else if !Self.says(text, theSameAs: address) {
            page.write(" (\(address))")
        }
    }

    /// Whether text and address are equivalent: `ada@example.com` and `mailto:ada@example.com`, `example.com` and
    /// `https://example.com/`.
    private static func says(_ text: String, theSameAs address: String) -> Bool {
        func core(_ text: String) -> Substring {
            var rest = Substring(text.lowercased())
            for scheme in ["https://", "http://", "mailto:", "tel:", "sms:"] where rest.hasPrefix(scheme) {
                rest = rest.dropFirst(scheme.count)
                break
            }
            if rest.hasSuffix("/") { rest = rest.dropLast() }
            return rest
        }
        return core(text) == core(address)
    }

    private func value(_ name: String, of tag: HTMLTag) -> String? {
        tag.attributes.first { $0.name == name }.map { HTMLEntities.decode(tokenizer.text($0.value)) }
    }

    private func isHidden(_ tag: HTMLTag) -> Bool {
        guard !HTMLAllowList.voidElements.contains(tag.name) else { return false }
        if ["object", "svg", "math", "template", "select", "datalist", "audio", "video"].contains(tag.name) {
            return !tag.isSelfClosing
        }
        if tag.attributes.contains(where: { $0.name == "hidden" }) { return true }
        guard let style = value("style", of: tag), style.utf8.containsIgnoringCase("none") else { return false }
        let bare = style.lowercased().filter { !$0.isWhitespace }
        return bare.contains("display:none")
    }

    /// Nil for inline elements.
    private static func blankLines(around name: String) -> Int? {
        switch name {
        case "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "dl", "figure": 1
        case "div", "table", "thead", "tbody", "tfoot", "tr", "caption", "center", "address", "section", "article",
            "header",
            "footer", "main", "nav", "aside", "dt", "dd", "form", "fieldset", "legend", "body", "html", "figcaption":
            0
        default: nil
        }
    }
}

/// Text output: collapses white space, and holds line breaks back until something follows them.
private struct PlainPage {
    /// Nesting depth of `<pre>`, in which white space is kept.
    var preDepth = 0

    private var out: [UInt8] = []
    private var heldLines = 0
    private var heldSpaces = 0
    /// List item marker, written with the first word of the item and dropped if the item is empty.
    private var mark = ""

    var length: Int { out.count }

    func text(from start: Int) -> String { String(decoding: out[min(start, out.count)...], as: UTF8.self) }

    func finished() -> String { String(decoding: out, as: UTF8.self) }

    mutating func write(_ text: String) {
        for scalar in text.unicodeScalars {
            if scalar.value > 0x20, scalar.value < 0x7F {
                if heldLines > 0 || heldSpaces > 0 || !mark.isEmpty { flush() }
                out.append(UInt8(scalar.value))
                continue
            }
            if Self.isInvisible(scalar) { continue }
            if preDepth > 0, scalar == "\n" {
                breakLine()
            } else if scalar.properties.isWhitespace {
                heldSpaces = preDepth > 0 ? heldSpaces + 1 : max(heldSpaces, 1)
            } else {
                flush()
                out += UTF8.encode(scalar)!
            }
        }
    }

    mutating func breakLine() {
        heldLines = min(heldLines + 1, 2)
        heldSpaces = 0
    }

    /// - Parameter blankLines: nil leaves the line open.
    mutating func endBlock(blankLines: Int?) {
        guard let blankLines else { return }
        heldLines = max(heldLines, blankLines + 1)
        heldSpaces = 0
    }

    mutating func startItem(_ mark: String) { self.mark = mark }

    mutating func startCell() { if heldLines == 0 { heldSpaces = 2 } }

    /// Ends a table cell. A block at the end of a cell does not end the row.
    mutating func endCell() { if heldLines == 0 { heldSpaces = 2 } }

    private mutating func flush() {
        if out.isEmpty {
            if preDepth == 0 { heldSpaces = 0 }
        } else if heldLines > 0 {
            out += repeatElement(UInt8(ascii: "\n"), count: heldLines)
            if preDepth == 0 { heldSpaces = 0 }
        }
        heldLines = 0
        if !mark.isEmpty {
            out += mark.utf8
            mark = ""
            heldSpaces = 0
        }
        out += repeatElement(UInt8(ascii: " "), count: heldSpaces)
        heldSpaces = 0
    }

    /// Characters that pad preview lines or suggest breaks. Joiners stay, because emoji and several scripts need them.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{AD}" || scalar == "\u{200B}" || scalar == "\u{FEFF}" || scalar == "\u{34F}" || scalar == "\0"
    }
}
