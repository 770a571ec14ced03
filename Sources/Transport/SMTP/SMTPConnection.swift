import Messaging

/// A mail server connection: opened by libcurl, then driven by an SMTP session. Confined to the transport thread.
final class SMTPConnection {
    /// Unique per connection and never reused, so that a late event cannot reach another connection.
    let number: UInt64
    unowned let pool: SMTPConnectionPool
    let curl: CurlConnection
    let openedAt: Tick
    /// `nil` while the connection is being opened.
    var session: SMTPSession?
    var descriptor: Int32 = -1
    /// When the server last replied or accepted bytes.
    var progress: Tick
    private var repliesSeen = 0

    init(number: UInt64, pool: SMTPConnectionPool, curl: CurlConnection, now: Tick) {
        self.number = number
        self.pool = pool
        self.curl = curl
        openedAt = now
        progress = now
    }

    /// Reads until the kernel has no more: events are edge-triggered.
    func read(into buffer: UnsafeMutableRawBufferPointer, now: Tick) {
        guard let session else { return }
        while session.closing == nil {
            switch curl.receive(into: buffer) {
            case .moved(let count):
                session.received(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            case .again:
                noteReplies(now)
                return
            case .ended:
                session.connectionBroke("The server closed the connection.")
            case .failed(let words):
                session.connectionBroke("The connection broke: \(words)")
            }
        }
    }

    private func noteReplies(_ now: Tick) {
        guard let session, session.replies != repliesSeen else { return }
        repliesSeen = session.replies
        progress = now
    }

    /// Writes until there is nothing left to send or the kernel accepts no more.
    func write(now: Tick) {
        guard let session else { return }
        while session.closing == nil, !session.window.isEmpty {
            let bytes = session.window.unwritten
            let unseen = curl.mayWriteUnseen ? bytes.count : 0
            switch curl.send(bytes) {
            case .moved(let count):
                session.wrote(count, offering: count)
                progress = now
            case .again:
                return session.wrote(0, offering: unseen)
            case .failed(let words):
                session.wrote(0, offering: unseen)
                session.connectionBroke("The connection broke: \(words)")
            case .ended:
                session.connectionBroke("The server closed the connection.")
            }
        }
    }

    func deadline(_ timings: ConnectionTimings) -> Tick {
        guard let session else { return openedAt + timings.connect + .seconds(1) }
        if session.isLeaving && session.delivered == nil { return progress + timings.quit }
        return switch session.wait {
        case .nothing: session.isIdle ? progress + timings.idle : .never
        case .reply: progress + timings.reply
        case .finalReply: progress + timings.finalReply
        }
    }

    /// Handles a passed deadline.
    func expire(_ timings: ConnectionTimings, now: Tick) {
        guard let session else { return }
        if session.wait == .nothing && !session.isLeaving {
            session.leave()
            progress = now
        } else {
            let limit = session.wait == .finalReply ? timings.finalReply : timings.reply
            session.connectionBroke("No answer from the server within \(limit.components.seconds) s.")
        }
    }
}
