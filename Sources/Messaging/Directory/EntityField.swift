/// A standard column of a record, by the name that files, forms and the API give it.
public enum EntityField: String, CaseIterable, Hashable, Sendable {
    case externalID = "external_id"
    case name
    case firstName = "first_name"
    case lastName = "last_name"
    case email, mobile
    case timeZone = "time_zone"
    case language
    case location, account, member

    /// The standard columns of a kind, in the order of its form.
    public static func of(_ kind: EntityKind) -> [EntityField] {
        switch kind {
        case .member:
            [.externalID, .firstName, .lastName, .email, .mobile, .timeZone, .language, .location, .account]
        case .location: [.externalID, .name, .email, .mobile, .timeZone, .language]
        case .account: [.externalID, .name, .email, .mobile, .timeZone, .language, .location]
        case .transaction: [.externalID, .name, .member, .account, .location]
        }
    }

    /// Attributes that every record of a kind is expected to have: shown as columns, kept as attributes.
    public static func usualAttributes(of kind: EntityKind) -> [String] {
        kind == .transaction ? ["amount", "reference"] : []
    }

    /// As in files and bodies: an account's name is `account_name`.
    public func columnName(for kind: EntityKind) -> String {
        self == .name && kind == .account ? "account_name" : rawValue
    }

    public init?(columnName: String, for kind: EntityKind) {
        let name = columnName == "account_name" && kind == .account ? "name" : columnName
        guard let field = EntityField(rawValue: name), Self.of(kind).contains(field) else { return nil }
        self = field
    }

    public func title(for kind: EntityKind) -> String {
        switch self {
        case .externalID: "External ID"
        case .name: kind == .account ? "Account name" : "Name"
        case .firstName: "First name"
        case .lastName: "Last name"
        case .timeZone: "Time zone"
        case .email, .mobile, .language, .location, .account, .member: rawValue.capitalized
        }
    }

    /// The kind of record this column names by its external id.
    public var linkedKind: EntityKind? {
        switch self {
        case .location: .location
        case .account: .account
        case .member: .member
        default: nil
        }
    }

    /// What people call the columns, in the form of `ColumnMapping.slug`.
    static let synonyms: [String: EntityField] = [
        "external_id": .externalID, "externalid": .externalID, "id": .externalID, "number": .externalID,
        "first_name": .firstName, "firstname": .firstName, "given_name": .firstName, "forename": .firstName,
        "last_name": .lastName, "lastname": .lastName, "surname": .lastName, "family_name": .lastName,
        "email": .email, "e_mail": .email, "email_address": .email, "mail": .email,
        "mobile": .mobile, "mobile_number": .mobile, "phone": .mobile, "phone_number": .mobile, "cell": .mobile,
        "cellphone": .mobile, "cell_number": .mobile, "telephone": .mobile,
        "time_zone": .timeZone, "timezone": .timeZone, "language": .language, "lang": .language, "locale": .language,
        "location": .location, "location_id": .location, "account": .account, "account_id": .account,
        "member": .member, "member_id": .member, "name": .name, "account_name": .name, "title": .name,
    ]
}
