import Messaging

/// Puts messages into the inbox of their reader's record, in our own store, where the company's portal asks for them. It
/// needs no settings and no connection: it is there or it is not.
public struct InAppProvider: InboxProvider {
    public static let kind = "in_app"
    public static let formerKinds = ["in-app"]
    public static let title = "In-app inbox"
    public static let deliveryChannels: Set<DeliveryChannel> = [.inApp]
    public static let fields: [SettingField] = []
    /// A notice is kept once by its key, however often it is handed over; the portal says when it was read.
    public static let capabilities = ProviderCapabilities(repeatsSafely: true, givesReceipts: true)

    public init(account: ProviderAccount) throws(InvalidSettings) {}

    public var fromAddress: String { "" }
    /// It has no connections; this is how many hand-overs share a commit.
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
