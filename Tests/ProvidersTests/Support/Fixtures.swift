import Messaging

@testable import Providers

/// Ada, to whom all test mail goes.
enum Fixture {
    static let at = Timestamp(rfc3339: "2026-12-24T08:00:00Z")!

    static func outbound(
        to address: String = "ada@example.org", name: String = "Ada Lovelace", subject: String = "Your balance",
        html: String = "", text: String = "Hello Ada.", channel: DeliveryChannel = .email, token: String = "m-41",
        type: MessageType = .manual
    ) -> OutboundMessage {
        OutboundMessage(
            messageID: 41, attempt: 1, deliveryChannel: channel, address: address, recipientName: name,
            subject: subject, html: html, text: text, messageToken: token, createdAt: at, type: type)
    }

    static func mail(_ body: String = "Subject: x\r\n\r\nHello.\r\n", to: String = "ada@example.org") -> MailTransfer {
        MailTransfer(
            envelopeFrom: "hello@example.org", envelopeTo: to, needsSMTPUTF8: false, data: Array(body.utf8))
    }

    static func submission(
        _ id: Int64, provider: Int64 = 1, mail: MailTransfer = Fixture.mail(), attempt: Int = 1
    ) -> Submission {
        Submission(messageID: id, attempt: attempt, providerID: provider, transfer: .mail(mail))
    }

    static func account(
        _ settings: [String: String], id: Int64 = 1, kind: String = "smtp", channel: DeliveryChannel = .email
    ) -> ProviderAccount {
        ProviderAccount(
            id: id, deliveryChannel: channel, kind: kind, name: "Test", isDefault: true, isEnabled: true,
            settings: ProviderSettings(settings), trouble: nil, troubleSince: nil, createdAt: at, updatedAt: at)
    }

    static func smtpSettings(_ more: [String: String] = [:]) -> [String: String] {
        ["host": "127.0.0.1", "port": "2525", "tls": "none", "from_address": "hello@example.org"]
            .merging(more) { $1 }
    }

    static let composer = MailComposer(from: try! EmailAddress("hello@example.org"), fromName: "Example", replyTo: nil)
}

extension SMTPCapabilities {
    static let full = SMTPCapabilities(ehloLines: [
        "250-mx.example.org", "250-PIPELINING", "250-SIZE 100000", "250-8BITMIME", "250-ENHANCEDSTATUSCODES",
        "250 SMTPUTF8",
    ])
    static let bare = SMTPCapabilities()
}

/// A session with the socket played by the test.
final class Conversation {
    let session: SMTPSession
    private(set) var answers: [Int64: ProviderResponse] = [:]

    init(_ capabilities: SMTPCapabilities) { session = SMTPSession(capabilities: capabilities) }

    /// Everything the session wants to say, written to the socket in one go.
    func said() -> String {
        var text: [UInt8] = []
        while !session.window.isEmpty {
            let bytes = session.window.unwritten
            text += bytes
            session.wrote(bytes.count, offering: bytes.count)
        }
        note()
        return String(decoding: text, as: UTF8.self)
    }

    func hears(_ text: String) {
        Array(text.utf8).withUnsafeBytes { session.received($0) }
        note()
    }

    func breaks() {
        session.connectionBroke("The line broke.")
        note()
    }

    func enqueue(_ ids: Int64...) {
        for id in ids { session.enqueue(Fixture.submission(id)) }
        note()
    }

    private func note() {
        for ended in session.takeEnded() {
            precondition(answers[ended.submission.messageID] == nil, "answered twice")
            answers[ended.submission.messageID] = ended.response
        }
    }
}

extension ProviderResponse {
    var code: Int? { if case .smtp(let reply) = self { reply.code } else { nil } }
    var command: SMTPResponse.Command? { if case .smtp(let reply) = self { reply.command } else { nil } }
    var isInDoubt: Bool { if case .brokenConnection(_, handedOver: true) = self { true } else { false } }
    var isNotHandedOver: Bool { if case .brokenConnection(_, handedOver: false) = self { true } else { false } }
}
