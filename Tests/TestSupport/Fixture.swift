import Messaging

/// Ada, to whom all test mail goes.
public enum Fixture {
    public static let at = Timestamp(rfc3339: "2026-12-24T08:00:00Z")!

    public static func outbound(
        to address: String = "ada@example.org", name: String = "Ada Lovelace", subject: String = "Your balance",
        html: String = "", text: String = "Hello Ada.", channel: DeliveryChannel = .email, token: String = "m-41",
        type: MessageType = .manual
    ) -> OutboundMessage {
        OutboundMessage(
            messageID: 41, attempt: 1, deliveryChannel: channel, address: address, recipientName: name,
            subject: subject, html: html, text: text, messageToken: token, createdAt: at, type: type)
    }

    public static func mail(_ body: String = "Subject: x\r\n\r\nHello.\r\n", to: String = "ada@example.org")
        -> MailTransfer
    {
        MailTransfer(
            envelopeFrom: "hello@example.org", envelopeTo: to, needsSMTPUTF8: false,
            body: MessageBody(Array(body.utf8)))
    }

    public static func submission(
        _ id: Int64, provider: Int64 = 1, mail: MailTransfer = Fixture.mail(), attempt: Int = 1
    ) -> Submission {
        Submission(messageID: id, attempt: attempt, providerID: provider, transfer: .mail(mail))
    }

    public static func account(
        _ settings: [String: String], id: Int64 = 1, kind: String = "smtp", channel: DeliveryChannel = .email
    ) -> ProviderAccount {
        ProviderAccount(
            id: id, deliveryChannel: channel, kind: kind, name: "Test", isDefault: true, isEnabled: true,
            settings: ProviderSettings(settings), trouble: nil, troubleSince: nil, createdAt: at, updatedAt: at)
    }

    public static func smtpSettings(_ more: [String: String] = [:]) -> [String: String] {
        ["host": "127.0.0.1", "port": "2525", "tls": "none", "from_address": "hello@example.org"]
            .merging(more) { $1 }
    }
}

extension Fixture {
    public static func gatewaySettings(_ port: Int, _ more: [String: String] = [:]) -> [String: String] {
        ["url": "http://127.0.0.1:\(port)/messages", "token": "t0ken-of-ours", "max_connections": "4"]
            .merging(more) { $1 }
    }

    public static func gateway(
        _ port: Int, _ more: [String: String] = [:], id: Int64 = 1, channel: DeliveryChannel = .sms
    ) -> ProviderAccount {
        account(gatewaySettings(port, more), id: id, kind: "generic_http", channel: channel)
    }

    public static func request(
        _ id: Int64, port: Int, provider: Int64 = 1, body: String = "{}", timeLimit: Duration = .seconds(20)
    ) -> Submission {
        Submission(
            messageID: id, attempt: 1, providerID: provider,
            transfer: .http(
                HTTPTransfer(
                    url: "http://127.0.0.1:\(port)/messages", headers: [HTTPHeader("X-Message", "\(id)")],
                    body: MessageBody(Array(body.utf8)), timeLimit: timeLimit)))
    }
}
