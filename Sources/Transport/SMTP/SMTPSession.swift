import Messaging

/// State machine of the mail transactions on one connection, after greeting, TLS and authentication (RFC 5321). It has
/// no socket: bytes enter through `received`, leave through `window`, and results come from `takeEnded`.
///
/// Each recipient has a transaction of its own. With PIPELINING (RFC 2920), one write carries the end of one message
/// and the next one's MAIL, RCPT and DATA; DATA is the last command of its group, and a body follows only its own 354.
/// Without it, each command waits for the reply to the previous one.
///
///     introduced   envelope sent, DATA not answered yet: nothing of the message has left
///     delivered    354 received: the body is being written, or waits for its reply
///
/// Not thread-safe; confined to the thread of its connection.
final class SMTPSession {
    struct Ended {
        var submission: Submission
        var response: ProviderResponse
    }

    struct Closing: Equatable {
        var detail: String
        /// The client sent QUIT, or the server closed an idle session.
        var isOrderly = false
        /// Authentication is required again, so an early retry is useless.
        var isAccountFault = false
    }

    /// What the connection waits for; determines the timeout.
    enum Wait { case nothing, reply, finalReply }

    struct Expected {
        enum Kind { case mail, rcpt, data, body, emptyBody, reset, quit }
        var kind: Kind
        /// Position after the last byte that is to be answered.
        var end: Int
    }

    struct Underway {
        var submission: Submission
        var mail: MailTransfer
        var body: BodyCursor
        var mailAccepted = false
        var refusal: SMTPResponse?
        /// Position of the first byte of the final CRLF.CRLF; `nil` until it is in the window.
        var terminator: Int?
    }

    /// Bytes reserved for RSET, MAIL, RCPT and DATA, so that they leave with the end of the previous message.
    static let envelopeRoom = 2560
    /// Maximum address length in octets. RFC 5321 section 4.5.3.1.3 limits a path to 256; this only stops garbage.
    static let longestAddress = 1000

    let capabilities: SMTPCapabilities
    let window = WriteWindow()
    var parser = ReplyParser()
    var awaited: [Expected] = []
    var introduced: Underway?
    var delivered: Underway?
    /// A MAIL was accepted and its transaction has not ended: RSET precedes the next one.
    var needsReset = false
    var isLeaving = false
    private(set) var closing: Closing?
    private var queue: [Submission] = []
    private var ended: [Ended] = []
    /// Called with every reply, for a transcript.
    var heard: ((_ code: Int, _ text: String) -> Void)?
    /// Number of complete replies; a growing number is progress.
    private(set) var replies = 0
    /// Messages that the server itself answered on this connection.
    private(set) var answered = 0

    init(capabilities: SMTPCapabilities) { self.capabilities = capabilities }

    var isOpen: Bool { closing == nil && !isLeaving }
    var isIdle: Bool { introduced == nil && delivered == nil && queue.isEmpty }
    /// Messages held, in any stage.
    var load: Int { queue.count + (introduced == nil ? 0 : 1) + (delivered == nil ? 0 : 1) }
    /// True if no message is queued to leave in one write with the end of the current one.
    var wantsMore: Bool { isOpen && queue.isEmpty }
    var wait: Wait {
        guard let first = awaited.first else { return window.isEmpty ? .nothing : .reply }
        return (first.kind == .body || first.kind == .emptyBody) && window.isEmpty ? .finalReply : .reply
    }

    func enqueue(_ submission: Submission) {
        guard case .mail(let mail) = submission.transfer else {
            return finish(submission, .brokenConnection(detail: "This is not a mail.", handedOver: false))
        }
        guard closing == nil else {
            return finish(submission, .brokenConnection(detail: "The connection is closed.", handedOver: false))
        }
        if let refusal = localRefusal(of: mail) {
            return ended.append(Ended(submission: submission, response: .smtp(refusal)))
        }
        queue.append(submission)
        pump()
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        do throws(SMTPBreach) {
            while closing == nil, let code = try parser.next(in: bytes, from: &offset) {
                replies += 1
                if let heard { heard(code, parser.readableText) }
                take(code)
            }
        } catch {
            close(Closing(detail: error.words))
        }
        pump()
    }

    /// Records that a write took `count` of the window's bytes. `offering` counts those that may have left although the
    /// write did not report them: TLS keeps what it could not send.
    func wrote(_ count: Int, offering: Int) {
        window.wrote(count, offering: offering)
        pump()
    }

    func connectionBroke(_ detail: String) {
        let saidGoodbye = awaited.first?.kind == .quit
        close(Closing(detail: detail, isOrderly: saidGoodbye || (isIdle && awaited.isEmpty)))
    }

    /// Starts no new transactions; finishes a message whose body has begun, then sends QUIT.
    func leave() {
        isLeaving = true
        pump()
    }

    func takeEnded() -> [Ended] {
        guard !ended.isEmpty else { return [] }
        defer { ended.removeAll(keepingCapacity: true) }
        return ended
    }

    /// Removes and returns the messages of which no byte was written.
    func takeUnstarted() -> [Submission] {
        defer { queue.removeAll(keepingCapacity: true) }
        return queue
    }

    /// Removes and returns those of the given messages of which no byte was written.
    func takeUnstarted(_ messages: Set<Int64>) -> [Submission] {
        let taken = queue.filter { messages.contains($0.messageID) }
        if !taken.isEmpty { queue.removeAll { messages.contains($0.messageID) } }
        return taken
    }

    func finish(_ submission: Submission, _ response: ProviderResponse) {
        if case .smtp = response { answered += 1 }
        ended.append(Ended(submission: submission, response: response))
    }

    func close(_ reason: Closing) {
        guard closing == nil else { return }
        closing = reason
        if let message = delivered {
            let left = message.terminator.map { window.offered > $0 } ?? false
            finish(message.submission, .brokenConnection(detail: reason.detail, handedOver: left))
        }
        if let message = introduced {
            finish(
                message.submission,
                message.refusal.map { .smtp($0) } ?? .brokenConnection(detail: reason.detail, handedOver: false))
        }
        (delivered, introduced) = (nil, nil)
        awaited.removeAll()
    }

    /// Advances the session as far as currently possible.
    func pump() {
        guard closing == nil else { return }
        writeBody()
        if isLeaving { return sayGoodbye() }
        guard !queue.isEmpty, introduced == nil, window.room >= Self.envelopeRoom else { return }
        let mayStart = capabilities.pipelining ? delivered.map { $0.terminator != nil } ?? true : awaited.isEmpty
        if mayStart { introduce(queue.removeFirst()) }
    }

    private func sayGoodbye() {
        guard delivered == nil, awaited.last?.kind != .quit else { return }
        if introduced != nil {
            return close(
                Closing(detail: "The connection was closed before the message was handed over.", isOrderly: true))
        }
        window.append("QUIT\r\n")
        expect(.quit)
    }
}
