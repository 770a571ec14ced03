/// The kinds of record a company keeps.
public enum EntityKind: String, CaseIterable, Hashable, Codable, Sendable {
    case member, location, account, transaction

    public var title: String { rawValue.capitalized }
    /// As in paths: `members`.
    public var plural: String { rawValue + "s" }
    public init?(plural: String) {
        guard let match = Self.allCases.first(where: { $0.plural == plural }) else { return nil }
        self = match
    }
}

/// Enough of an entity to name it and to link to it.
public struct EntityReference: Hashable, Sendable {
    public var id: Int64
    public var kind: EntityKind
    public var externalID: String
    public var name: String

    public init(id: Int64, kind: EntityKind, externalID: String, name: String) {
        self.id = id
        self.kind = kind
        self.externalID = externalID
        self.name = name
    }
}

/// A record of the business. Empty strings stand for fields that are not known.
public struct Entity: Hashable, Sendable {
    public var id: Int64
    public var kind: EntityKind
    public var externalID: String
    public var name: String
    public var firstName: String
    public var lastName: String
    public var email: String
    public var mobile: String
    public var timeZone: String
    public var language: String
    public var attributes: MergeValues
    public var memberID: Int64?
    public var accountID: Int64?
    public var locationID: Int64?
    /// One more with every change.
    public var version: Int64

    public init(
        id: Int64 = 0, kind: EntityKind, externalID: String, name: String = "", firstName: String = "",
        lastName: String = "", email: String = "", mobile: String = "", timeZone: String = "", language: String = "",
        attributes: MergeValues = MergeValues(), memberID: Int64? = nil, accountID: Int64? = nil,
        locationID: Int64? = nil, version: Int64 = 1
    ) {
        self.version = version
        self.id = id
        self.kind = kind
        self.externalID = externalID
        self.name = name
        self.firstName = firstName
        self.lastName = lastName
        self.email = email
        self.mobile = mobile
        self.timeZone = timeZone
        self.language = language
        self.attributes = attributes
        self.memberID = memberID
        self.accountID = accountID
        self.locationID = locationID
    }

    public var displayName: String {
        if !name.isEmpty { return name }
        let full = [firstName, lastName].filter { !$0.isEmpty }.joined(separator: " ")
        return full.isEmpty ? externalID : full
    }

    public var reference: EntityReference {
        EntityReference(id: id, kind: kind, externalID: externalID, name: displayName)
    }
}
