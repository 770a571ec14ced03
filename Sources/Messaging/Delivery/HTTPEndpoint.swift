import Foundation

/// URL of an HTTP provider and the certificate authorities trusted for it.
public struct HTTPEndpoint: Sendable, Hashable {
    public var url: String
    public var host: String
    public var verifiesCertificate = true
    /// Path of a PEM file; empty for the system's authorities.
    public var caFile = ""

    public static let longestURL = 2000

    /// Human-readable reason why the URL is invalid; `nil` if it is valid.
    public static func problem(with text: String) -> String? {
        guard text.utf8.count <= longestURL else { return "must be at most \(longestURL) characters long." }
        guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme), let host = parts.host,
            !host.isEmpty
        else { return "must be an address such as https://gateway.example.org/messages." }
        if parts.user != nil || parts.password != nil { return "must not contain a user name or password." }
        if parts.fragment != nil { return "must not contain a #." }
        return nil
    }

    /// - Parameter url: a URL for which `problem(with:)` returns `nil`.
    public init(url: String) {
        self.url = url
        host = URLComponents(string: url)?.host ?? ""
    }

    public var isEncrypted: Bool { url.lowercased().hasPrefix("https:") }
}
