/// What goes around the content of a mail: a mail template's header and footer, then the wrapper.
///
/// Dressing joins texts before they are frozen and merged. A value that is merged in is escaped, so a content could
/// never be one; and what was joined is cleaned, kept and rendered like anything else a person wrote.
public struct EmailLayout: Sendable, Hashable {
    public var wrapper: EmailWrapperDraft?
    public var mailTemplate: MailTemplateDraft?

    public init(wrapper: EmailWrapperDraft? = nil, mailTemplate: MailTemplateDraft? = nil) {
        self.wrapper = wrapper
        self.mailTemplate = mailTemplate
    }

    public static let none = EmailLayout()

    /// The HTML with everything around it. Nothing stays nothing, and a whole document, which is its own shell, itself.
    public func around(_ html: String) -> String {
        guard wrapper != nil || mailTemplate != nil, html.contains(where: { !$0.isWhitespace }),
            !EmailDocument.isDocument(html)
        else { return html }
        // Style sheets stay in front, from where the document takes them into its head.
        let (styles, body) = EmailDocument.leadingStyles(of: html)
        var joined = [mailTemplate?.headerHTML, String(body), mailTemplate?.footerHTML].compactMap { $0 }
            .filter { !$0.isEmpty }.joined(separator: "\n")
        guard let wrapper else { return styles + joined }
        let (shellStyles, shell) = EmailDocument.leadingStyles(of: wrapper.html)
        joined = Self.block(joined, wrapper.colours.style(.content))
        let filled = ContentSlot.fill(String(shell), with: joined)
        return shellStyles + styles + Self.rows(wrapper, filled)
    }

    private static func block(_ html: String, _ style: String) -> String {
        style.isEmpty ? html : "<div style=\"\(style)\">\n\(html)\n</div>"
    }

    /// A table, because that is what every mail program paints a background on.
    private static func rows(_ wrapper: EmailWrapperDraft, _ content: String) -> String {
        let rows: [(String, WrapperPart)] = [
            (wrapper.headerHTML, .header), (content, .body), (wrapper.footerHTML, .footer),
        ]
        let cells = rows.filter { !$0.0.isEmpty }.map { html, part in
            let colours = wrapper.colours.style(part)
            let style = colours.isEmpty ? "padding:0" : "padding:0;\(colours)"
            return "<tr><td style=\"\(style)\">\n\(html)\n</td></tr>"
        }
        let body = wrapper.colours[background: .body].map { " style=\"background-color:\($0)\"" } ?? ""
        return """
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"\(body)>
            \(cells.joined(separator: "\n"))
            </table>
            """
    }
}

/// Which wrapper a mail takes.
public enum WrapperChoice: Sendable, Hashable {
    /// Whichever is the default when the mail is frozen.
    case standard
    case none
    case wrapper(Int64)

    /// `default`, `none` or an id.
    public init?(text: String) {
        switch text {
        case "", "default": self = .standard
        case "none": self = .none
        default:
            guard let id = Int64(text), id > 0 else { return nil }
            self = .wrapper(id)
        }
    }

    public var text: String {
        switch self {
        case .standard: "default"
        case .none: "none"
        case .wrapper(let id): String(id)
        }
    }
}

extension WrapperChoice: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = WrapperChoice(text: text) ?? .standard
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Composition {
    /// The composition as it is to be frozen and shown, with everything around its mail.
    public func wrapped(in layout: EmailLayout) -> Composition {
        var wrapped = self
        wrapped.emailHTML = layout.around(emailHTML)
        return wrapped
    }
}
