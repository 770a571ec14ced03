/// What a provider may tell us by a request of its own.
public enum WebhookKind: String, CaseIterable, Hashable, Sendable {
    /// A later word about messages: delivered, opened, read, failed.
    case receipts
    /// Messages of people.
    case inbound
}

/// A provider's request as it came: nothing of it has been parsed.
public struct WebhookRequest: Sendable, Hashable {
    public var kind: WebhookKind
    public var headers: [HTTPHeader]
    /// As sent, without the question mark; empty when there is none.
    public var query: String
    public var body: [UInt8]
    public var receivedAt: Timestamp

    public init(
        kind: WebhookKind, headers: [HTTPHeader], query: String = "", body: [UInt8], receivedAt: Timestamp
    ) {
        self.kind = kind
        self.headers = headers
        self.query = query
        self.body = body
        self.receivedAt = receivedAt
    }

    /// The first header of that name, in whatever case.
    public subscript(header name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// One thing that a webhook says.
public enum WebhookEvent: Sendable, Hashable {
    /// - Parameter reference: the provider's own name for the message, as it gave it when it accepted it, or ours
    ///   (`MessageToken`), as it was given it.
    case receipt(reference: String, state: Receipt.State, at: Timestamp, detail: String)
    /// - Parameters:
    ///   - reference: the provider's own name for it; the same one twice is one message.
    ///   - to: the number or address of ours that was written to, where the provider says so.
    ///   - inReplyTo: the provider's name, or ours, for the message it answers, where it says so.
    case inbound(
        reference: String, from: String, to: String = "", text: String, at: Timestamp, inReplyTo: String?)
}

/// Why a webhook is not taken.
public enum WebhookRefused: Error, Sendable, Hashable {
    /// There is no such provider, or it takes no webhooks of this kind.
    case unknown
    /// The signature is missing, wrong or too old.
    case unsigned
}

/// Why a webhook that was taken cannot be applied, in words for the log.
public struct WebhookUnreadable: Error, Sendable, Hashable {
    public var reason: String
    public init(_ reason: String) { self.reason = reason }
}
