/// An in-app message as the company's own portal shows it to its reader.
public struct Notice: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var messageID: Int64
    public var title: String
    public var text: String
    /// Address of a picture; empty: none.
    public var icon: String
    /// What a tap opens; empty: nothing.
    public var actionURL: String
    public var createdAt: Timestamp
    public var readAt: Timestamp?

    public init(
        id: Int64, messageID: Int64, title: String, text: String, icon: String, actionURL: String,
        createdAt: Timestamp, readAt: Timestamp?
    ) {
        self.id = id
        self.messageID = messageID
        self.title = title
        self.text = text
        self.icon = icon
        self.actionURL = actionURL
        self.createdAt = createdAt
        self.readAt = readAt
    }
}

/// An in-app message on its way into the inbox of a record.
public struct NoticeTransfer: Sendable, Hashable {
    /// Submissions the inboxes hold at once; also the most that share a commit.
    public static let capacity = 256

    /// Stable over all attempts: the same notice is kept once.
    public var key: String
    public var messageID: Int64
    public var reader: RecordAddress
    public var title: String
    public var text: String
    public var extras: ContentExtras

    public init(
        key: String, messageID: Int64, reader: RecordAddress, title: String, text: String, extras: ContentExtras
    ) {
        self.key = key
        self.messageID = messageID
        self.reader = reader
        self.title = title
        self.text = text
        self.extras = extras
    }
}

/// The in-app address of a record: `member:m-1`.
public struct RecordAddress: Sendable, Hashable {
    public var kind: EntityKind
    public var externalID: String

    public init(kind: EntityKind, externalID: String) {
        self.kind = kind
        self.externalID = externalID
    }

    /// `nil` when it is not of that form.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let kind = EntityKind(rawValue: parts[0]) else { return nil }
        self.init(kind: kind, externalID: parts[1])
    }

    public var text: String { "\(kind.rawValue):\(externalID)" }
}
