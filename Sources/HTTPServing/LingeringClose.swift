import Glibc

/// Closes connections whose client may still be sending.
///
/// Closing a socket with unread data makes the kernel send RST, and the client loses the response (413, 431) that
/// explains why. So the sending side is shut down at once, and incoming data is read and discarded for a short time.
final class LingeringClose: Sendable {
    /// Maximum sockets lingering at one time; more are closed immediately.
    private static let capacity = 64
    /// Time a client has to read its response and close.
    private static let patience: Duration = .seconds(3)
    /// Bytes discarded per socket; a client that sends more is cut off.
    private static let byteLimit = 64 * 1024 * 1024

    private struct Entry {
        var descriptor: Int32
        var deadline: ContinuousClock.Instant
        var bytesLeft: Int
    }

    private struct State {
        var arrived: [Entry] = []
        var held = 0
        var isRunning = false
        var isClosed = false
    }

    private let lock = ConditionLock(State())

    /// Takes over a duplicate of the socket; the caller closes its own.
    func take(_ socket: Int32) {
        let descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return }
        shutdown(descriptor, Int32(SHUT_WR))
        let entry = Entry(descriptor: descriptor, deadline: .now + Self.patience, bytesLeft: Self.byteLimit)
        let taken = lock.change { state in
            guard !state.isClosed, state.held < Self.capacity else { return false }
            if !state.isRunning { state.isRunning = startThread() }
            guard state.isRunning else { return false }
            state.held += 1
            state.arrived.append(entry)
            return true
        }
        if !taken { close(descriptor) }
    }

    /// Closes all lingering sockets.
    func stop() {
        lock.change { $0.isClosed = true }
    }

    private func startThread() -> Bool {
        BackgroundThread.start { [lock] in Self.run(lock) }
    }

    private static func run(_ lock: ConditionLock<State>) {
        var entries: [Entry] = []
        while let arrived = nextArrivals(lock, wait: entries.isEmpty) {
            entries += arrived
            waitForData(entries)
            var open: [Entry] = []
            for var entry in entries {
                if drain(&entry) {
                    open.append(entry)
                } else {
                    close(entry.descriptor)
                }
            }
            let closed = entries.count - open.count
            if closed > 0 { lock.change { $0.held -= closed } }
            entries = open
        }
        for entry in entries { close(entry.descriptor) }
    }

    /// nil once stopped. Arrivals too late for the loop are closed here.
    private static func nextArrivals(_ lock: ConditionLock<State>, wait: Bool) -> [Entry]? {
        lock.wait { state -> [Entry]?? in
            if state.isClosed {
                for entry in state.arrived { close(entry.descriptor) }
                state.arrived = []
                return .some(nil)
            }
            if wait && state.arrived.isEmpty { return nil }
            defer { state.arrived = [] }
            return .some(state.arrived)
        }
    }

    /// Waits at most 100 ms, so that new arrivals and deadlines are noticed.
    private static func waitForData(_ entries: [Entry]) {
        var polls = entries.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        poll(&polls, nfds_t(polls.count), 100)
    }

    /// Returns false if the socket should be closed.
    private static func drain(_ entry: inout Entry) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 1) { buffer in
            for _ in 0..<16 {
                let count = recv(entry.descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
                if count < 0 { return (errno == EAGAIN || errno == EINTR) && ContinuousClock.now < entry.deadline }
                entry.bytesLeft -= count
                if count == 0 || entry.bytesLeft < 0 { return false }
            }
            return ContinuousClock.now < entry.deadline
        }
    }
}
