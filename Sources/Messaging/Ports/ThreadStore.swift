/// Threads of inbound messages.
public protocol ThreadQueries: Sendable {
    func thread(_ id: Int64) throws -> MessageThread?
    /// The latest message first; the key of a page is `lastMessageID`.
    func threads(from start: PageStart, limit: Int) throws -> Page<MessageThread>
    /// Its inbound messages, the newest first.
    func messages(ofThread id: Int64, from start: PageStart, limit: Int) throws -> Page<MessageRow>
}

/// Files what people write to us.
public protocol ThreadStore: ThreadQueries {
    /// Files an inbound message as `received` and unread, in the thread of its sender; `nil` when a message with the same
    /// reference of the same provider was filed before.
    ///
    /// The sender's record is the one that the address is linked to, else the only one with that address in the directory.
    ///
    /// - Parameters:
    ///   - addresses: readings of the sender, the most likely first. The one that was written to in the message it
    ///     answers counts, else one that is known, else the first.
    ///   - at: when it is filed; `message.at` may be long before.
    @discardableResult
    func file(_ message: InboundMessage, fromOneOf addresses: [Address], at: Timestamp) throws -> FiledMessage?
    /// Nothing in the thread is unread afterwards. Throws `StoreConflict.notFound`.
    func markRead(thread id: Int64) throws
}
