/// HTML document of a mail.
///
/// Authors write a fragment, but mail clients expect a document, and some read style sheets only in its head: style
/// sheets at the start of the fragment are moved there.
public enum EmailDocument {
    /// Wraps a fragment in a document. A complete document and an empty text are returned unchanged.
    public static func around(_ html: String) -> String {
        guard html.contains(where: { !$0.isWhitespace }) else { return "" }
        if isDocument(html) { return html }
        let (styles, body) = leadingStyles(of: html)
        return """
            <!DOCTYPE html>
            <html>
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            \(styles)</head>
            <body>
            \(body)
            </body>
            </html>

            """
    }

    public static func isDocument(_ html: String) -> Bool {
        let start = html.drop { $0.isWhitespace }.prefix(9).lowercased()
        return start.hasPrefix("<!doctype") || start.hasPrefix("<html")
    }

    static func leadingStyles(of html: String) -> (styles: String, rest: Substring) {
        var styles = ""
        var rest = html[...]
        while true {
            let start = rest.drop { $0.isWhitespace }
            guard start.prefix(6).lowercased() == "<style", let end = endOfStyle(in: start) else { break }
            styles += start[..<end] + "\n"
            rest = start[end...]
        }
        return (styles, rest)
    }

    /// A style element ends at the first `</style>`, whatever it contains (HTML Standard, raw text elements).
    private static func endOfStyle(in html: Substring) -> Substring.Index? {
        let mark = Array("</style>".utf8)
        let bytes = html.utf8
        var index = bytes.startIndex
        while let open = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
            if bytes[open...].prefix(mark.count).map({ $0 | 0x20 }) == mark.map({ $0 | 0x20 }) {
                return bytes.index(open, offsetBy: mark.count)
            }
            index = bytes.index(after: open)
        }
        return nil
    }
}

extension Composition {
    /// Contents of the delivery channels, frozen for a broadcast.
    public func contents(for channels: [DeliveryChannel]) -> [Content] { channels.map { frozen(for: $0) } }

    /// Content of one delivery channel, with the mail document included, so that later changes to the document do not
    /// alter messages already sent.
    public func frozen(for channel: DeliveryChannel) -> Content {
        var content = content(for: channel)
        content.html = EmailDocument.around(content.html)
        return content
    }
}
