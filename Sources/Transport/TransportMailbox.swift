import CCurl
import Glibc
import Messaging
import Synchronization

/// The kernel refused an epoll or event descriptor.
public struct TransportUnavailable: Error, Sendable, CustomStringConvertible {
    public var description: String
}

/// Command for the transport thread.
enum Order {
    case use([ProviderAccount])
    case open(connections: Int, providerID: Int64)
    case submit([Submission])
    case cancel(Set<Int64>)
    /// Reply of the token store; `nil` if it holds none.
    case tokenRead(ProviderToken?, ProviderAccount)
    case stop(grace: Duration)
}

/// Exchange between callers and the transport's threads. Whole batches change hands, so one lock acquisition serves
/// hundreds of messages.
final class TransportMailbox: Sendable {
    private struct Contents {
        var orders: [Order] = []
        var finished: [SubmissionResult] = []
        var transferReports: [ConnectionReport] = []
        var sandboxReports: [ConnectionReport] = []
        var noticeReports: [ConnectionReport] = []
        var wake: (@Sendable () -> Void)?
        /// The transport thread has ended; new submissions return immediately.
        var isClosed = false
    }

    private let contents = Mutex(Contents())
    /// Descriptor that becomes readable when there are orders.
    let bell: Int32

    init() throws(TransportUnavailable) {
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard bell >= 0 else { throw TransportUnavailable(description: "eventfd: \(String(cString: strerror(errno)))") }
    }

    deinit { Glibc.close(bell) }

    func give(_ order: Order) {
        let (isFirst, returned) = contents.withLock { contents -> (Bool, Bool) in
            guard !contents.isClosed else {
                guard case .submit(let submissions) = order else { return (false, false) }
                contents.finished += submissions.map { $0.notHandedOver("The program is stopping.") }
                return (false, true)
            }
            contents.orders.append(order)
            return (contents.orders.count == 1, false)
        }
        if isFirst { eventfd_write(bell, 1) }
        if returned { ring() }
    }

    func takeOrders() -> [Order] {
        var count: eventfd_t = 0
        eventfd_read(bell, &count)
        return contents.withLock { contents in
            defer { contents.orders.removeAll() }
            return contents.orders
        }
    }

    /// Closes the mailbox as the last act of the transport thread. Returns the orders that arrived since its last read.
    func close() -> [Order] {
        contents.withLock { contents in
            contents.isClosed = true
            defer { contents.orders.removeAll() }
            return contents.orders
        }
    }

    func put(finished: [SubmissionResult]) {
        guard !finished.isEmpty else { return }
        contents.withLock { $0.finished += finished }
        ring()
    }

    func put(transferReports reports: [ConnectionReport]) {
        contents.withLock { $0.transferReports = reports }
        ring()
    }

    func put(sandboxReports reports: [ConnectionReport]) {
        contents.withLock { $0.sandboxReports = reports }
        ring()
    }

    func put(noticeReports reports: [ConnectionReport]) {
        contents.withLock { $0.noticeReports = reports }
        ring()
    }

    var reports: [ConnectionReport] { contents.withLock { $0.transferReports + $0.sandboxReports + $0.noticeReports } }

    func collect() -> [SubmissionResult] {
        contents.withLock { contents in
            guard !contents.finished.isEmpty else { return [] }
            defer { contents.finished = [] }
            return contents.finished
        }
    }

    func onChange(_ wake: @escaping @Sendable () -> Void) { contents.withLock { $0.wake = wake } }

    /// Called outside the lock, because the listener may call back.
    private func ring() { contents.withLock { $0.wake }?() }
}

extension Submission {
    func finished(_ response: ProviderResponse) -> SubmissionResult {
        SubmissionResult(messageID: messageID, attempt: attempt, providerID: providerID, response: response)
    }

    func notHandedOver(_ detail: String) -> SubmissionResult {
        finished(.brokenConnection(detail: detail, handedOver: false))
    }
}
