import Dispatch
import Logging
import Messaging
import Synchronization

/// Keeps in-app messages in the inboxes of their readers, a batch a commit, on a queue of its own so that a commit holds
/// up neither the loop nor a socket.
final class NoticeDesk: Sendable {
    /// Hand-overs it holds at once; also the most that share a commit.
    static let capacity = 256

    private let trays: Trays
    private let shelf: any NoticeShelf
    private let clock: WallClock
    private let logger: Logger
    private let accounts = Mutex<Set<Int64>>([])
    private let queue = DispatchQueue(label: "in-app")

    init(trays: Trays, shelf: any NoticeShelf, clock: WallClock, logger: Logger) {
        self.trays = trays
        self.shelf = shelf
        self.clock = clock
        self.logger = logger
    }

    func use(_ all: [ProviderAccount]) {
        let ids = all.filter { $0.kind == InAppProvider.kind && $0.isEnabled }.map(\.id)
        accounts.withLock { $0 = Set(ids) }
        trays.put(noticeReports: ids.map { LineReport(providerID: $0, capacity: Self.capacity) })
    }

    func serves(_ providerID: Int64) -> Bool { accounts.withLock { $0.contains(providerID) } }

    func submit(_ handovers: [Handover]) {
        guard !handovers.isEmpty else { return }
        queue.async { [self] in
            for (providerID, batch) in Dictionary(grouping: handovers, by: \.providerID) { keep(batch, providerID) }
        }
    }

    /// Waits for what is being kept; all that was submitted has its answer then.
    func stop() { queue.sync {} }

    private func keep(_ batch: [Handover], _ providerID: Int64) {
        let notices = batch.compactMap { handover -> NoticeTransfer? in
            if case .notice(let notice) = handover.transfer { notice } else { nil }
        }
        do {
            let orphans = try shelf.keep(notices, providerID: providerID, at: clock.now())
            trays.put(
                finished: zip(batch, notices).map { handover, notice in
                    handover.finished(
                        .notice(orphans.contains(notice.key) ? .readerIsGone : .kept(reference: notice.key)))
                })
        } catch {
            logger.error("in-app messages could not be kept", metadata: ["why": "\(error)"])
            trays.put(finished: batch.map { $0.notHandedOver("The inbox could not keep the message.") })
        }
    }
}
