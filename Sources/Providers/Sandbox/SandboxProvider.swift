import Messaging

/// Provider that stores every message in Switchboard's own store and sends none; for trials and demonstrations.
public struct SandboxProvider: SandboxingProvider, AttachmentCarrying {
    public static let kind = "sandbox"
    public static let title = "Sandbox (nothing leaves)"
    public static let deliveryChannels = Set(DeliveryChannel.allCases)
    public static let fields = SandboxSettings.fields
    public static let capabilities = ProviderCapabilities(repeatsSafely: true, givesReceipts: true, isSandbox: true)

    let settings: SandboxSettings
    private let channel: DeliveryChannel
    private let composer: MailComposer

    public init(account: ProviderAccount) throws(InvalidSettings) {
        settings = try SandboxSettings(account.settings)
        channel = account.deliveryChannel
        composer = MailComposer(from: settings.from, fromName: settings.fromName, replyTo: nil)
    }

    public var fromAddress: String { channel == .email ? settings.from.text : settings.fromName }
    /// Maximum submissions held; the provider has no connections.
    public var maxConnections: Int { SandboxTransfer.capacity }

    /// True for email only; other delivery channels have no attachments.
    public var carriesAttachments: Bool { channel == .email }

    /// Composes the actual mail for email, so that the sandbox shows what would have been sent.
    public func transfer(for outbound: OutboundMessage) throws(MessageRefused) -> Transfer {
        try check(outbound.attachments)
        return keep(
            outbound,
            payload: channel == .email
                ? try composer.mail(for: outbound).body : MessageBody(Array(outbound.text.utf8)))
    }

    public func form(of content: ContentRenderer) -> any PreparedContent {
        guard channel == .email,
            let mails = PreparedMail(content, composer: composer, wrap: { keep($1, payload: $0.body) })
        else { return RenderedContentPerMessage(content, for: self) }
        return mails
    }

    private func keep(_ outbound: OutboundMessage, payload: MessageBody) -> Transfer {
        .sandbox(
            SandboxTransfer(
                key: outbound.messageToken, messageID: outbound.messageID, deliveryChannel: outbound.deliveryChannel,
                from: fromAddress, to: outbound.address, subject: summary(of: outbound), payload: payload,
                extras: outbound.extras))
    }

    /// Short description for lists: the subject, or the first words.
    private func summary(of outbound: OutboundMessage) -> String {
        outbound.subject.isEmpty ? String(outbound.text.prefix(120)) : outbound.subject
    }

    public var behaviour: any SandboxBehaviour { settings }

    public func outcome(of response: SandboxResponse) -> Outcome {
        switch response {
        case .accepted(let reference):
            .accepted(reference: reference, detail: "Kept by the sandbox; nothing left this computer.")
        case .refused: .refused(detail: "Refused by the sandbox, as its settings ask.", addressIsDead: false)
        case .failed:
            .deferred(reason: .transient, retryAfter: nil, detail: "Put off by the sandbox, as its settings ask.")
        }
    }
}
