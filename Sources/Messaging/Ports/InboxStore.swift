/// What comes back from providers: events as they came, receipts and messages of people.
public protocol InboxStore: Sendable {
    /// Writes an event, once for each provider, kind and external id. True when it is new.
    @discardableResult
    func keep(_ event: InboxEvent) throws -> Bool
    /// Events that wait to be applied, the oldest first.
    func waitingEvents(limit: Int) throws -> [InboxEvent]
    /// Ends an event that waits; one that was ended before stays as it is. True when it ended now.
    @discardableResult
    func end(_ eventID: Int64, _ state: InboxEvent.State, reason: String, at: Timestamp) throws -> Bool

    /// Writes a receipt, once for each reference and state; true when it is new. Applied at once when its message is
    /// recorded as sent, and when it is recorded otherwise.
    @discardableResult
    func file(_ receipt: Receipt) throws -> Bool
    /// Writes a message of a person; `nil` when it was there already. Throws `AddressProblem`.
    @discardableResult
    func fileInbound(_ message: InboundMessage) throws -> Int64?
    /// Our message that a provider knows by this name.
    func messageID(providerID: Int64, reference: String) throws -> Int64?
}
