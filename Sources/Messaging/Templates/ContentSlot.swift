/// `{{content}}` in a wrapper: the one place where the message goes.
///
/// It is found in the text of the HTML only: in an attribute, a style sheet or a comment the message would tear the
/// markup open or never be seen.
public enum ContentSlot {
    public enum Problem: Sendable, Hashable {
        case missing
        case misplaced
        case repeated

        public var message: String {
            switch self {
            case .missing:
                "Put {{content}} where the message goes. A wrapper needs it."
            case .misplaced:
                "{{content}} must be in the text of the page, not in an attribute, a style sheet or a comment."
            case .repeated: "{{content}} can only be used once."
            }
        }
    }

    /// What is wrong with the slot of this HTML; `nil` when it has exactly one.
    public static func problem(in html: String) -> Problem? {
        let all = tags(in: Array(html.utf8)).count
        if all == 0 { return .missing }
        // What the sanitiser takes out (comments, scripts) is no place either.
        let clean = HTMLSanitizer.clean(html)
        let usable = ranges(in: clean).count
        if usable > 1 { return .repeated }
        return usable == 0 || tags(in: Array(clean.utf8)).count > usable ? .misplaced : nil
    }

    /// The HTML with `content` in its slot; unchanged where it has none.
    static func fill(_ html: String, with content: String) -> String {
        guard let range = ranges(in: html).first else { return html }
        let bytes = Array(html.utf8)
        return String(decoding: bytes[..<range.lowerBound], as: UTF8.self) + content
            + String(decoding: bytes[range.upperBound...], as: UTF8.self)
    }

    /// Where the slots are, as offsets in the UTF-8 of the HTML; in texts only.
    private static func ranges(in html: String) -> [Range<Int>] {
        var tokenizer = HTMLTokenizer(html)
        var found: [Range<Int>] = []
        while let token = tokenizer.next() {
            guard case .text(let range) = token else { continue }
            found += tags(in: Array(tokenizer.bytes[range])).map { tag in
                (tag.lowerBound + range.lowerBound)..<(tag.upperBound + range.lowerBound)
            }
        }
        return found
    }

    /// `{{content}}`, `{{ content }}`, `{{{content}}}` and `{{&content}}`.
    private static func tags(in bytes: [UInt8]) -> [Range<Int>] {
        let (open, close) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
        var found: [Range<Int>] = []
        var index = 0
        while index + 1 < bytes.count {
            guard bytes[index] == open, bytes[index + 1] == open else {
                index += 1
                continue
            }
            let isTriple = index + 2 < bytes.count && bytes[index + 2] == open
            let width = isTriple ? 3 : 2
            let start = index + width
            guard let end = bytes[start...].firstIndex(of: close) else { break }
            let name = String(decoding: bytes[start..<end], as: UTF8.self).filter { !$0.isWhitespace && $0 != "&" }
            let after = end + width
            let isWhole = after <= bytes.count && bytes[end..<after].allSatisfy { $0 == close }
            if name == "content", isWhole { found.append(index..<after) }
            index = isWhole ? after : index + 1
        }
        return found
    }
}
