/// The branded HTML shell around the content of a mail.
public typealias EmailWrapper = Versioned<EmailWrapperDraft>

extension EmailWrapper {
    public var isDefault: Bool { draft.isDefault }
}

/// What a person writes of a wrapper.
public struct EmailWrapperDraft: NamedDraft {
    public var name: String
    public var headerHTML: String
    public var footerHTML: String
    /// Has `{{content}}` in it, once, where the message goes.
    public var html: String
    public var colours: WrapperColours
    /// Applied to every mail that names no other; at most one wrapper is.
    public var isDefault: Bool

    public init(
        name: String = "", headerHTML: String = "", footerHTML: String = "", html: String = "{{content}}",
        colours: WrapperColours = WrapperColours(), isDefault: Bool = false
    ) {
        self.name = name
        self.headerHTML = headerHTML
        self.footerHTML = footerHTML
        self.html = html
        self.colours = colours
        self.isDefault = isDefault
    }
}

/// The parts of a wrapper that have colours of their own.
public enum WrapperPart: String, CaseIterable, Hashable, Codable, Sendable {
    case header, body, content, footer
}

/// Colours as `#rrggbb`, lower case; a part without one shows what is around it.
public struct WrapperColours: Sendable, Hashable, Codable {
    public var backgrounds: [String: String]
    public var texts: [String: String]

    public init(backgrounds: [WrapperPart: String] = [:], texts: [WrapperPart: String] = [:]) {
        self.backgrounds = [:]
        self.texts = [:]
        for part in WrapperPart.allCases {
            self[background: part] = backgrounds[part]
            self[text: part] = texts[part]
        }
    }

    public subscript(background part: WrapperPart) -> String? {
        get { backgrounds[part.rawValue] }
        set { backgrounds[part.rawValue] = newValue }
    }
    public subscript(text part: WrapperPart) -> String? {
        get { texts[part.rawValue] }
        set { texts[part.rawValue] = newValue }
    }

    /// `#rgb` or `#rrggbb` in any case, as `#rrggbb`; `nil` for anything else, which would have a style of its own say.
    public static func normalised(_ text: String) -> String? {
        guard text.utf8.first == UInt8(ascii: "#") else { return nil }
        let digits = text.dropFirst().lowercased()
        let isHexadecimal = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard isHexadecimal else { return nil }
        switch digits.count {
        case 6: return "#" + digits
        case 3: return "#" + digits.flatMap { [$0, $0] }.map(String.init).joined()
        default: return nil
        }
    }

    func style(_ part: WrapperPart) -> String {
        [
            self[background: part].map { "background-color:\($0)" }, self[text: part].map { "color:\($0)" },
        ].compactMap { $0 }.joined(separator: ";")
    }
}

/// Plain header and footer content that a message template may name.
public typealias MailTemplate = Versioned<MailTemplateDraft>

public struct MailTemplateDraft: NamedDraft {
    public var name: String
    public var headerHTML: String
    public var footerHTML: String

    public init(name: String = "", headerHTML: String = "", footerHTML: String = "") {
        self.name = name
        self.headerHTML = headerHTML
        self.footerHTML = footerHTML
    }
}
