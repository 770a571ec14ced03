import Dispatch
import Logging
import Messaging
import Synchronization

/// Delivers in-app messages to their readers' inboxes, one commit per batch, on a queue of its own so that commits
/// block neither the delivery loop nor the sockets.
final class InAppTransport: Sendable {
    private let mailbox: TransportMailbox
    private let catalog: ProviderCatalog
    private let store: any InAppStore
    private let clock: WallClock
    private let logger: Logger
    private let accounts = Mutex<Set<Int64>>([])
    private let queue = DispatchQueue(label: "in-app")

    init(mailbox: TransportMailbox, catalog: ProviderCatalog, store: any InAppStore, clock: WallClock, logger: Logger) {
        self.mailbox = mailbox
        self.catalog = catalog
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    func use(_ all: [ProviderAccount]) {
        let ids = all.filter { $0.isEnabled && catalog.kind($0.kind) is any InboxProvider.Type }.map(\.id)
        accounts.withLock { $0 = Set(ids) }
        mailbox.put(noticeReports: ids.map { ConnectionReport(providerID: $0, capacity: NoticeTransfer.capacity) })
    }

    func serves(_ providerID: Int64) -> Bool { accounts.withLock { $0.contains(providerID) } }

    func submit(_ submissions: [Submission]) {
        guard !submissions.isEmpty else { return }
        queue.async { [self] in
            for (providerID, batch) in Dictionary(grouping: submissions, by: \.providerID) { keep(batch, providerID) }
        }
    }

    /// Waits for the pending batches; every submission then has a result.
    func stop() { queue.sync {} }

    private func keep(_ batch: [Submission], _ providerID: Int64) {
        let notices = batch.compactMap { submission -> NoticeTransfer? in
            if case .notice(let notice) = submission.transfer { notice } else { nil }
        }
        do {
            let orphans = try store.keep(notices, providerID: providerID, at: clock.now())
            mailbox.put(
                finished: zip(batch, notices).map { submission, notice in
                    submission.finished(
                        .notice(orphans.contains(notice.key) ? .readerIsGone : .kept(reference: notice.key)))
                })
        } catch {
            logger.error("in-app messages could not be kept", metadata: ["why": "\(error)"])
            mailbox.put(finished: batch.map { $0.notHandedOver("The inbox could not keep the message.") })
        }
    }
}
