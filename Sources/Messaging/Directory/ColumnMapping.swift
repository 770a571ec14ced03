/// Where a column of a file goes.
public enum ColumnTarget: Sendable, Hashable {
    case field(EntityField)
    case attribute(String)
    case ignored

    /// As a form sends it: `field:email`, `attribute:tier`, empty for a column that is left out.
    public var code: String {
        switch self {
        case .field(let field): "field:\(field.rawValue)"
        case .attribute(let name): "attribute:\(name)"
        case .ignored: ""
        }
    }

    public init?(code: String, kind: EntityKind) {
        if code.isEmpty {
            self = .ignored
        } else if code.hasPrefix("field:"), let field = EntityField(rawValue: String(code.dropFirst(6))),
            EntityField.of(kind).contains(field)
        {
            self = .field(field)
        } else if code.hasPrefix("attribute:"), EntityReader.problem(withName: String(code.dropFirst(10))) == nil {
            self = .attribute(String(code.dropFirst(10)))
        } else {
            return nil
        }
    }
}

/// Where every column of a file goes.
public struct ColumnMapping: Sendable, Hashable {
    public var targets: [ColumnTarget]

    public init(_ targets: [ColumnTarget]) { self.targets = targets }

    /// A first guess from the header: the names people give the standard columns, everything else an attribute.
    public init(guessing header: [String], kind: EntityKind) {
        var taken: Set<ColumnTarget> = []
        targets = header.enumerated().map { index, title in
            // A file of rejected rows comes back mended, its reasons with it.
            if index == header.count - 1, title == RejectedRows.reason { return .ignored }
            let target = Self.guess(title, kind)
            guard target != .ignored else { return .ignored }
            return taken.insert(target).inserted ? target : .ignored
        }
    }

    /// Why this mapping cannot be used.
    public var problem: String? {
        var seen: Set<ColumnTarget> = []
        for target in targets where target != .ignored {
            guard seen.insert(target).inserted else {
                switch target {
                case .field(let field): return "Two columns go to \(field.rawValue). Leave one out."
                case .attribute(let name): return "Two columns go to the attribute \(name). Leave one out."
                case .ignored: continue
                }
            }
        }
        return seen.contains(.field(.externalID))
            ? nil : "Choose the column that holds the external id: the number of the record in your own system."
    }

    private static let synonyms: [String: EntityField] = [
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

    private static func guess(_ title: String, _ kind: EntityKind) -> ColumnTarget {
        let key = slug(title)
        guard !key.isEmpty else { return .ignored }
        // A file of members calls their own number `member_id`.
        if key == kind.rawValue + "_id" || key == kind.rawValue + "_number" { return .field(.externalID) }
        if let field = synonyms[key], EntityField.of(kind).contains(field) { return .field(field) }
        return .attribute(key)
    }

    /// `Date of birth` becomes `date_of_birth`.
    public static func slug(_ title: String) -> String {
        var out = ""
        for character in title.lowercased().prefix(100) {
            if character.isLetter || character.isNumber {
                out.append(character)
            } else if !out.isEmpty, out.last != "_" {
                out.append("_")
            }
        }
        while out.last == "_" { out.removeLast() }
        return out
    }
}
