/// What comes back from providers: events as they came, and receipts. Messages of people are in `ThreadStore`.
public protocol InboxStore: Sendable {
    /// Writes an event, once for each provider, kind and external id. True when it is new.
    @discardableResult
    func keep(_ event: InboxEvent) throws -> Bool
    /// Events that wait to be applied, the oldest first.
    func waitingEvents(limit: Int) throws -> [InboxEvent]
    /// Events that wait, each counted as tried once more: those never tried before, the oldest first; else one that was,
    /// alone, because it may be the one that ended the process.
    func takeEvents(limit: Int) throws -> [InboxEvent]
    /// Takes back the count of `takeEvents` where the store itself kept them from being tried.
    func putBack(_ eventIDs: [Int64]) throws
    /// Ends an event that waits; one that was ended before stays as it is. True when it ended now.
    @discardableResult
    func end(_ eventID: Int64, _ state: InboxEvent.State, reason: String, at: Timestamp) throws -> Bool

    /// Writes a receipt; false when the same state of the same message was written before.
    ///
    /// It is applied in the same commit when its message is recorded as sent. One that comes earlier waits for that, and
    /// one whose message is never found is kept.
    @discardableResult
    func file(_ receipt: Receipt) throws -> Bool
}
