import Messaging

/// Provider for any mail server with SMTP submission (RFC 6409, 5321).
public struct SMTPProvider: MailProvider, AttachmentCarrying {
    public static let kind = "smtp"
    public static let title = "Mail server (SMTP)"
    public static let deliveryChannels: Set<DeliveryChannel> = [.email]
    public static let fields = SMTPSettings.fields
    /// SMTP has no idempotency key; the stable `Message-ID` helps only the receiving side.
    public static let capabilities = ProviderCapabilities()

    let settings: SMTPSettings
    private let composer: MailComposer

    public init(account: ProviderAccount) throws(InvalidSettings) {
        settings = try SMTPSettings(account.settings)
        composer = MailComposer(from: settings.from, fromName: settings.fromName, replyTo: settings.replyTo)
    }

    public var fromAddress: String { settings.from.text }
    public var maxConnections: Int { settings.maxConnections }
    public var rates: RateLimits { settings.rates }

    public func transfer(for outbound: OutboundMessage) throws(MessageRefused) -> Transfer {
        .mail(try composer.mail(for: outbound))
    }

    public func form(of content: ContentRenderer) -> any PreparedContent {
        PreparedMail(content, composer: composer, wrap: { mail, _ in .mail(mail) })
            ?? RenderedContentPerMessage(content, for: self)
    }

    public var server: SMTPServer { settings.server }

    public func outcome(of reply: SMTPResponse) -> Outcome { SMTPOutcome.of(reply) }
}
