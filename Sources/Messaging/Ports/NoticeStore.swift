/// Where in-app messages are kept until their reader looks. Implemented by the store.
public protocol InAppStore: Sendable {
    /// Keeps a batch in one commit, each once by its key. Answers the keys of those whose reader is there no more.
    func keep(_ notices: [NoticeTransfer], providerID: Int64, at: Timestamp) throws -> Set<String>
}

/// The in-app inboxes of records.
public protocol NoticeQueries: Sendable {
    /// The newest first.
    func notices(of entityID: Int64, from start: PageStart, limit: Int) throws -> Page<Notice>
}

/// In-app inboxes: kept, read, marked as read.
public protocol NoticeStore: NoticeQueries, InAppStore {
    /// Notes that the reader saw it, and files the receipt that makes its message *read*, in one commit. A second time
    /// changes nothing and is not new. `nil` when the record has no such notice.
    func readNotice(_ id: Int64, of entityID: Int64, at: Timestamp) throws -> (notice: Notice, isNew: Bool)?
}
