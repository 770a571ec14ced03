/// A named, reusable list of people: an audience.
public struct Channel: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var name: String
    public var description: String
    public var subscriberCount: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// One more with every change of its name or description.
    public var version: Int64

    public init(
        id: Int64, name: String, description: String, subscriberCount: Int, createdAt: Timestamp, updatedAt: Timestamp,
        version: Int64 = 1
    ) {
        self.version = version
        self.id = id
        self.name = name
        self.description = description
        self.subscriberCount = subscriberCount
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// One person of a channel: typed in, or a record of the directory, whose name and addresses are read afresh each time.
public struct Subscriber: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var firstName: String
    public var lastName: String
    public var email: String
    /// E.164.
    public var mobile: String
    /// `nil`: typed in (*Ad-hoc*).
    public var entity: EntityReference?
    public var createdAt: Timestamp

    public init(
        id: Int64 = 0, firstName: String = "", lastName: String = "", email: String = "", mobile: String = "",
        entity: EntityReference? = nil, createdAt: Timestamp = Timestamp(milliseconds: 0)
    ) {
        self.id = id
        self.firstName = firstName
        self.lastName = lastName
        self.email = email
        self.mobile = mobile
        self.entity = entity
        self.createdAt = createdAt
    }

    public var name: String { [firstName, lastName].filter { !$0.isEmpty }.joined(separator: " ") }

    /// What people call them: their name, else an address.
    public var label: String { [name, email, mobile].first { !$0.isEmpty } ?? entity?.name ?? "" }

    /// `Ad-hoc`, or the record: `Member m-1`.
    public var source: String { entity.map { "\($0.kind.title) \($0.externalID)" } ?? "Ad-hoc" }

    /// What makes two subscribers of one channel the same: the record, else the mailbox, else the number.
    public var identity: String {
        if let entity { return "entity:\(entity.id)" }
        if !email.isEmpty { return "email:\((try? EmailAddress(email).normalised) ?? email.lowercased())" }
        return "mobile:\((try? PhoneNumber(mobile).e164) ?? mobile)"
    }

    /// As they are now, to be kept with a broadcast.
    public var receiver: Receiver {
        Receiver(
            firstName: firstName, lastName: lastName, email: email, mobile: mobile, origin: .channel, entity: entity)
    }
}
