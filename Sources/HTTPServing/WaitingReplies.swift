import CMicroHTTPD
import Synchronization

/// Requests whose connections are suspended until their `Reply.later` is available.
///
/// libmicrohttpd ends the process if it is stopped with a suspended connection or if one is resumed twice: so
/// suspending, resuming and giving up happen under one lock, and whichever thread removes the entry resumes it.
final class WaitingReplies: Sendable {
    private struct Entry: @unchecked Sendable {
        // Unchecked: the connection is used only under the lock, while suspended.
        let exchange: Exchange
        let connection: OpaquePointer
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Suspends the connection; false if the server is stopping and would not wait for it.
    func suspend(_ exchange: Exchange, _ connection: OpaquePointer) -> Bool {
        let entry = Entry(exchange: exchange, connection: connection)
        return state.withLock { state in
            guard !state.isClosed else { return false }
            state.entries[ObjectIdentifier(entry.exchange)] = entry
            entry.exchange.phase = .waiting
            MHD_suspend_connection(entry.connection)
            return true
        }
    }

    /// Resumes the connection with the response. Does nothing if it was given up meanwhile.
    func resume(_ exchange: Exchange, with response: Response) {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: ObjectIdentifier(exchange)) else { return }
            Self.resume(entry, with: response)
        }
    }

    /// Answers all waiting requests and accepts no more.
    func giveUp(answer: @Sendable (Exchange) -> Response) {
        state.withLock { state in
            state.isClosed = true
            for entry in state.entries.values { Self.resume(entry, with: answer(entry.exchange)) }
            state.entries = [:]
        }
    }

    private static func resume(_ entry: Entry, with response: Response) {
        entry.exchange.laterResponse = response
        MHD_resume_connection(entry.connection)
    }
}
