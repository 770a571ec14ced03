import Messaging
import TestSupport

@testable import Transport

extension SMTPCapabilities {
    static let full = SMTPCapabilities(ehloLines: [
        "250-mx.example.org", "250-PIPELINING", "250-SIZE 100000", "250-8BITMIME", "250-ENHANCEDSTATUSCODES",
        "250 SMTPUTF8",
    ])
    static let bare = SMTPCapabilities()
}

/// An SMTP session whose socket is simulated by the test.
final class Conversation {
    let session: SMTPSession
    private(set) var answers: [Int64: ProviderResponse] = [:]

    init(_ capabilities: SMTPCapabilities) { session = SMTPSession(capabilities: capabilities) }

    /// Writes everything the session has pending in one go and returns it.
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
        session.connectionBroke("The connection broke.")
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
