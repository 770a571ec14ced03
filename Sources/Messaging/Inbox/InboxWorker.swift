import Logging
import Synchronization

/// Applies webhooks that were written: receipts move their messages, replies become messages. An event and its end are one
/// commit, so a crash repeats at most what left no trace; one that cannot be applied is kept with the reason and holds up
/// no other.
public final class InboxWorker: Sendable {
    /// Another process may have written an event, of which nobody tells this one.
    static let longestSleep: Duration = .seconds(5)
    /// Bodies are read with them: at most 4 MB.
    static let batch = 16
    /// Characters of a reason that are kept.
    static let longestReason = 500

    private let store: any InboxStore & ProviderQueries & UnitOfWork
    private let catalog: ProviderCatalog
    private let clock: WallClock
    private let logger: Logger
    private let signal = WakeSignal()
    private let isStopping = Mutex(false)

    public init(
        store: any InboxStore & ProviderQueries & UnitOfWork, catalog: ProviderCatalog, clock: WallClock = .system,
        logger: Logger
    ) {
        self.store = store
        self.catalog = catalog
        self.clock = clock
        self.logger = logger
    }

    public func wake() { signal.raise() }

    public func requestStop() {
        isStopping.withLock { $0 = true }
        signal.raise()
    }

    public func run() {
        while !isStopping.withLock({ $0 }) {
            do {
                if try !applyOnce() { signal.wait(atMost: Self.longestSleep) }
            } catch {
                logger.error("webhooks wait for the store", metadata: ["error": "\(error)"])
                signal.wait(atMost: .seconds(1))
            }
        }
    }

    /// Applies a batch. False when nothing waited.
    @discardableResult
    public func applyOnce() throws -> Bool {
        let waiting = try store.waitingEvents(limit: Self.batch)
        for event in waiting {
            do {
                try apply(event)
            } catch let error as StoreUnavailable {
                throw error
            } catch {
                let reason = (error as? WebhookUnreadable)?.reason ?? "\(error)"
                logger.warning("webhook refused", metadata: Self.metadata(event))
                try store.end(event.id, .refused, reason: Self.kept(reason), at: clock.now())
            }
        }
        return !waiting.isEmpty
    }

    private static func kept(_ reason: String) -> String { String(reason.prefix(longestReason)) }

    private static func metadata(_ event: InboxEvent) -> Logger.Metadata {
        ["event": "\(event.id)", "provider": "\(event.providerID)"]
    }

    private func apply(_ event: InboxEvent) throws {
        guard let account = try store.provider(event.providerID),
            let provider = try catalog.provider(for: account) as? any WebhookReceiving
        else { throw WebhookUnreadable("The provider was removed.") }
        let reading = try Self.fileable(provider.read(event.request), on: account.deliveryChannel)
        let refused = reading.refused.joined(separator: " ")
        if reading.events.isEmpty, !refused.isEmpty { throw WebhookUnreadable(refused) }
        try store.commit {
            // Another process may have been quicker.
            guard try store.end(event.id, .applied, reason: Self.kept(refused), at: clock.now()) else { return }
            for one in reading.events { try file(one, of: account) }
        }
        if !refused.isEmpty { logger.warning("webhook applied in part", metadata: Self.metadata(event)) }
    }

    /// Without replies from what is no address: nobody could be answered there.
    private static func fileable(_ reading: WebhookReading, on channel: DeliveryChannel) -> WebhookReading {
        var fileable = WebhookReading(refused: reading.refused)
        for event in reading.events {
            if case .inbound(_, let from, _, _, _) = event {
                do {
                    _ = try Address(from, for: channel)
                } catch {
                    fileable.refused.append("From “\(from)”: \(error)")
                    continue
                }
            }
            fileable.events.append(event)
        }
        return fileable
    }

    private func file(_ event: WebhookEvent, of account: ProviderAccount) throws {
        switch event {
        case .receipt(let reference, let state, let at, let detail):
            try store.file(
                Receipt(providerID: account.id, reference: reference, state: state, at: at, detail: detail))
        case .inbound(let reference, let from, let text, let at, let inReplyTo):
            try store.fileInbound(
                InboundMessage(
                    deliveryChannel: account.deliveryChannel, from: from, text: text, providerID: account.id,
                    reference: reference,
                    inReplyTo: try inReplyTo.flatMap {
                        try store.messageID(providerID: account.id, reference: $0)
                    }, at: at))
        }
    }
}
