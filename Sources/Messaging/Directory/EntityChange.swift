/// What somebody says about one record: `nil` leaves a field as it stands, an empty text empties it.
public struct EntityChange: Sendable, Hashable {
    public var externalID: String
    public var name: String?
    public var firstName: String?
    public var lastName: String?
    public var email: String?
    public var mobile: String?
    public var timeZone: String?
    public var language: String?
    /// Links, by the external id of the other record.
    public var location: String?
    public var account: String?
    public var member: String?
    /// Laid over the attributes there are; `null` takes one away.
    public var attributes: [String: MergeValue]
    /// The whole record: what is not said is emptied.
    public var isWhole: Bool

    public init(externalID: String = "", attributes: [String: MergeValue] = [:], isWhole: Bool = false) {
        self.externalID = externalID
        self.attributes = attributes
        self.isWhole = isWhole
    }

    public subscript(field: EntityField) -> String? {
        get {
            switch field {
            case .externalID: externalID
            case .name: name
            case .firstName: firstName
            case .lastName: lastName
            case .email: email
            case .mobile: mobile
            case .timeZone: timeZone
            case .language: language
            case .location: location
            case .account: account
            case .member: member
            }
        }
        set {
            switch field {
            case .externalID: externalID = newValue ?? ""
            case .name: name = newValue
            case .firstName: firstName = newValue
            case .lastName: lastName = newValue
            case .email: email = newValue
            case .mobile: mobile = newValue
            case .timeZone: timeZone = newValue
            case .language: language = newValue
            case .location: location = newValue
            case .account: account = newValue
            case .member: member = newValue
            }
        }
    }

    /// The record as it will stand, links aside: those are numbers only the store knows.
    public func applied(to existing: Entity?, kind: EntityKind) -> Entity {
        var entity = existing ?? Entity(kind: kind, externalID: externalID)
        func set(_ old: inout String, _ new: String?) {
            if let new { old = new } else if isWhole { old = "" }
        }
        set(&entity.name, name)
        set(&entity.firstName, firstName)
        set(&entity.lastName, lastName)
        set(&entity.email, email)
        set(&entity.mobile, mobile)
        set(&entity.timeZone, timeZone)
        set(&entity.language, language)
        if isWhole, !entity.attributes.isEmpty { entity.attributes = MergeValues() }
        for (key, value) in attributes { entity.attributes[key: key] = value == .null ? nil : value }
        return entity
    }
}
