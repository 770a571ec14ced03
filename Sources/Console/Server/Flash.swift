import Foundation

/// One sentence that survives a redirect: set with it, shown by the next page, gone after that.
struct Flash: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable { case success, info, warning, error }

    var kind: Kind
    var text: String

    /// Cookies of one site share about 4 KB in a header.
    private static let longest = 600

    init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = String(text.prefix(Self.longest))
    }

    var cookieValue: String { "\(kind.rawValue).\(Secrets.base64URL(Array(text.utf8)))" }

    init?(cookieValue: String) {
        let parts = cookieValue.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])), parts[1].utf8.count <= 4 * Self.longest,
            let bytes = Secrets.bytes(base64URL: String(parts[1])), let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        self.init(kind, text)
    }
}
