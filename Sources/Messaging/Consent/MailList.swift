/// What a mail of a broadcast says of itself, so that its receiver can leave and filters can tell it from a letter
/// (RFC 2369, RFC 2919, RFC 8058).
public struct MailList: Hashable, Sendable {
    /// The channel's name; empty for a broadcast to people who came from none.
    public var name: String
    /// The left part of its `List-Id`: letters, digits and hyphens.
    public var label: String
    /// `nil`: people cannot reach this installation, and no header is better than a wrong one.
    public var unsubscribe: UnsubscribeLink?

    public init(channelID: Int64?, name: String, unsubscribe: UnsubscribeLink?) {
        self.name = channelID == nil ? "" : name
        label = channelID.map { "channel-\($0)" } ?? "broadcasts"
        self.unsubscribe = unsubscribe
    }
}

public struct UnsubscribeLink: Hashable, Sendable {
    public var url: String
    /// Whether mail programs may post to it (RFC 8058 section 3.1 asks for https).
    public var isOneClick: Bool

    public init(url: String, isOneClick: Bool) {
        self.url = url
        self.isOneClick = isOneClick
    }
}

/// Makes the address of a message's preferences page, and reads it.
///
/// The token holds the message's number and a signature under a key that never leaves the data folder: nobody makes one
/// up, it says nothing about the person, and it never expires.
public protocol MessageTokens: Sendable {
    func token(ofMessage id: Int64) -> String
    /// `nil`: not one of ours.
    func message(ofToken token: String) -> Int64?
}

/// Where people leave.
public struct UnsubscribeLinks: Sendable {
    /// The merge value that holds the address in a message's text.
    public static let mergeName = "unsubscribe_url"

    private let base: String
    private let tokens: any MessageTokens
    public let isOneClick: Bool

    /// `nil` without the address at which people reach the site.
    public init?(publicURL: String?, tokens: any MessageTokens) {
        guard var base = publicURL, !base.isEmpty else { return nil }
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        self.tokens = tokens
        let url = base.lowercased()
        // Plain http counts on this machine only, where somebody tries it out.
        isOneClick =
            url.hasPrefix("https://")
            || ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { url.hasPrefix($0) }
    }

    public func link(ofMessage id: Int64) -> UnsubscribeLink {
        UnsubscribeLink(url: "\(base)/u/\(tokens.token(ofMessage: id))", isOneClick: isOneClick)
    }

    /// For previews: as long as a real one, and leading nowhere.
    public var sample: String { "\(base)/u/\(String(repeating: "x", count: tokens.token(ofMessage: 0).utf8.count))" }
}
