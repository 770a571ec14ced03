import Logging
import Synchronization

/// Applies webhooks that were written: receipts move their messages, replies become messages. However often the process
/// dies, each is applied exactly once; one that cannot be applied is kept with the reason and holds up no other.
public final class InboxWorker: Sendable {
    /// Another process may have written an event, of which nobody tells this one.
    static let longestSleep: Duration = .seconds(5)
    /// Bodies are read with them: at most 4 MB.
    static let batch = 16

    private let useCases: UseCases
    private let clock: WallClock
    private let logger: Logger
    private let signal = WakeSignal()
    private let isStopping = Mutex(false)

    public init(useCases: UseCases, clock: WallClock = .system, logger: Logger) {
        self.useCases = useCases
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

    /// Applies a batch. False when nothing waited. Throws when one of them could not be applied now; it is tried again,
    /// and the others of its batch did not wait for it.
    @discardableResult
    public func applyOnce() throws -> Bool {
        let events = try useCases.stores.inbox.takeEvents(limit: Self.batch)
        var failure: (any Error)?
        for (index, event) in events.enumerated() {
            do {
                let refused = try useCases.perform(ApplyInboxEvent(event), by: .system, at: clock.now())
                if !refused.isEmpty { tell("webhook applied in part", event) }
            } catch let trouble as StoreUnavailable {
                // No event is at fault, so the try does not count.
                try? useCases.stores.inbox.putBack(events[index...].map(\.id))
                throw trouble
            } catch let unreadable as WebhookUnreadable {
                try refuse(event, unreadable.reason)
            } catch is InvalidSettings {
                try refuse(event, "The settings of the provider are not valid any more.")
            } catch {
                failure = error
                if event.attempts >= InboxEvent.mostAttempts {
                    try refuse(event, "It could not be applied in \(event.attempts) attempts: \(error)")
                }
            }
        }
        if let failure { throw failure }
        return !events.isEmpty
    }

    private func refuse(_ event: InboxEvent, _ reason: String) throws {
        let kept = String(reason.prefix(InboxEvent.longestReason))
        if try useCases.stores.inbox.end(event.id, .refused, reason: kept, at: clock.now()) {
            tell("webhook refused", event)
        }
    }

    /// The reason may quote what people wrote, so it stays in the store.
    private func tell(_ what: Logger.Message, _ event: InboxEvent) {
        logger.warning(what, metadata: ["event": "\(event.id)", "provider": "\(event.providerID)"])
    }
}
