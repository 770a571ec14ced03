import Foundation

/// What a content carries beside its subject and its texts. Empty for mail, SMS and free text.
///
/// A notification's title is the content's subject, its body the text. All of it is merged like any other text.
public struct ContentExtras: Hashable, Sendable {
    /// Address of a notification's picture; empty: none.
    public var icon: String
    /// What a tap on a notification opens; empty: nothing but the app.
    public var actionURL: String
    /// The approved template a WhatsApp message leaves as; `nil`: free text.
    public var approved: ApprovedTemplate?

    public init(icon: String = "", actionURL: String = "", approved: ApprovedTemplate? = nil) {
        self.icon = icon
        self.actionURL = actionURL
        self.approved = approved
    }

    public var isEmpty: Bool { self == ContentExtras() }
}

/// A text that WhatsApp approved beforehand: outside the 24 hours after a person wrote, it takes no other.
public struct ApprovedTemplate: Hashable, Codable, Sendable {
    /// As the provider calls it.
    public var name: String
    /// As the provider writes it, such as `en_US`.
    public var language: String
    /// What fills its places, in their order.
    public var parameters: [String]

    public init(name: String, language: String, parameters: [String] = []) {
        self.name = name
        self.language = language
        self.parameters = parameters
    }
}

extension ContentExtras {
    /// What is empty is left out, so that a field that comes later changes no content that was stored.
    private struct Stored: Codable {
        var icon: String?
        var actionURL: String?
        var approved: ApprovedTemplate?
    }

    /// The same extras are the same text, which a content's hash relies on. Nothing is the empty text.
    public var json: String {
        if isEmpty { return "" }
        let stored = Stored(
            icon: icon.isEmpty ? nil : icon, actionURL: actionURL.isEmpty ? nil : actionURL, approved: approved)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and lists of them: there is nothing an encoder could refuse.
        return (try? encoder.encode(stored)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// - Throws: `DecodingError` when this is not what `json` made.
    public init(json: String) throws {
        guard !json.isEmpty else {
            self.init()
            return
        }
        let stored = try JSONDecoder().decode(Stored.self, from: Data(json.utf8))
        self.init(icon: stored.icon ?? "", actionURL: stored.actionURL ?? "", approved: stored.approved)
    }
}
