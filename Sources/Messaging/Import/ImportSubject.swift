/// What the rows of a file represent.
public enum ImportSubject: Sendable, Hashable {
    case entities(EntityKind)
    case subscribers(channelID: Int64)
    /// Suppressed addresses.
    case suppressions

    /// Stored form: `member`, `channel:12`.
    public var code: String {
        switch self {
        case .entities(let kind): kind.rawValue
        case .subscribers(let channelID): "channel:\(channelID)"
        case .suppressions: "suppressions"
        }
    }

    public init?(code: String) {
        if let kind = EntityKind(rawValue: code) {
            self = .entities(kind)
        } else if code.hasPrefix("channel:"), let id = Int64(code.dropFirst(8)) {
            self = .subscribers(channelID: id)
        } else if code == "suppressions" {
            self = .suppressions
        } else {
            return nil
        }
    }

    /// Standard columns: names in files, and titles.
    public var columns: [(name: String, title: String)] {
        switch self {
        case .entities(let kind): EntityField.of(kind).map { ($0.columnName(for: kind), $0.title(for: kind)) }
        case .subscribers: SubscriberField.allCases.map { ($0.rawValue, $0.title) }
        case .suppressions: SuppressionField.allCases.map { ($0.rawValue, $0.title) }
        }
    }

    /// Whether non-standard columns are kept as attributes.
    public var takesAttributes: Bool {
        switch self {
        case .entities: true
        case .subscribers, .suppressions: false
        }
    }

    /// Standard column for a title in the form of `ColumnMapping.slug`.
    func column(titled slug: String) -> String? {
        switch self {
        case .entities(let kind):
            // A file of members calls their own number `member_id`.
            if slug == kind.rawValue + "_id" || slug == kind.rawValue + "_number" {
                return EntityField.externalID.rawValue
            }
            guard let field = EntityField.synonyms[slug], EntityField.of(kind).contains(field) else { return nil }
            return field.columnName(for: kind)
        case .subscribers: return SubscriberField.synonyms[slug]?.rawValue
        case .suppressions: return SuppressionField(titled: slug)?.rawValue
        }
    }

    /// Reason why an import with these columns is impossible.
    func problem(with columns: Set<String>) -> String? {
        switch self {
        case .entities:
            return columns.contains(EntityField.externalID.rawValue)
                ? nil : "Choose the column with the external id, the number of the record in your own system."
        case .subscribers:
            let fields = Set(columns.compactMap(SubscriberField.init(rawValue:)))
            if fields.contains(.externalID), !fields.contains(.kind) {
                return "An external id is not enough to find a record: choose the column with its kind."
            }
            return fields.isDisjoint(with: [.email, .mobile, .externalID])
                ? "Choose a column for email, for mobile, or for the external id and kind of a record." : nil
        case .suppressions:
            let fields = Set(columns.compactMap(SuppressionField.init(rawValue:)))
            return fields.isDisjoint(with: [.address, .email, .mobile])
                ? "Choose the column with the email address or mobile number." : nil
        }
    }
}

/// Standard column of a file of subscribers.
public enum SubscriberField: String, CaseIterable, Hashable, Sendable {
    case firstName = "first_name"
    case lastName = "last_name"
    case email, mobile
    case kind = "entity_kind"
    case externalID = "external_id"

    var title: String {
        switch self {
        case .firstName: "First name"
        case .lastName: "Last name"
        case .email: "Email"
        case .mobile: "Mobile"
        case .kind: "Entity type"
        case .externalID: "Entity ID"
        }
    }

    static let synonyms: [String: SubscriberField] = {
        var names: [String: SubscriberField] = [
            "entity_kind": .kind, "entity_type": .kind, "kind": .kind, "type": .kind, "entity_id": .externalID,
            "external_id": .externalID, "externalid": .externalID, "id": .externalID,
        ]
        for (name, field) in EntityField.synonyms {
            switch field {
            case .firstName: names[name] = .firstName
            case .lastName: names[name] = .lastName
            case .email: names[name] = .email
            case .mobile: names[name] = .mobile
            default: continue
            }
        }
        return names
    }()
}
