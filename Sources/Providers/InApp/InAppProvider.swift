import Messaging

/// Delivers messages to the inbox of the reader's record, in Switchboard's own store, from where the company's portal
/// fetches them. Requires no settings and no connection.
public struct InAppProvider: InboxProvider {
    public static let kind = "in_app"
    public static let formerKinds = ["in-app"]
    public static let title = "In-app inbox"
    public static let deliveryChannels: Set<DeliveryChannel> = [.inApp]
    public static let fields: [SettingField] = []
    /// A notice is stored once per key, so a repeated submission is harmless; the portal reports when it was read.
    public static let capabilities = ProviderCapabilities(repeatsSafely: true, givesReceipts: true)

    public init(account: ProviderAccount) throws(InvalidSettings) {}

    public var fromAddress: String { "" }
    /// Submissions that share a commit; the provider has no connections.
    public var maxConnections: Int { NoticeTransfer.capacity }

    public func transfer(for outbound: OutboundMessage) throws(MessageRefused) -> Transfer {
        guard let reader = RecordAddress(outbound.address) else {
            throw MessageRefused("“\(outbound.address.prefix(60))” is not a record.")
        }
        return .notice(
            NoticeTransfer(
                key: outbound.messageToken, messageID: outbound.messageID, reader: reader, title: outbound.subject,
                text: outbound.text, extras: outbound.extras))
    }

    public func outcome(of response: InAppResponse) -> Outcome {
        switch response {
        case .kept(let reference): .accepted(reference: reference, detail: "In the inbox, where the portal finds it.")
        case .readerIsGone:
            .refused(detail: "The record was deleted, so no one can read the message.", addressIsDead: false)
        }
    }
}
