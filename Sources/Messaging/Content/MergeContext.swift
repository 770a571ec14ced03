/// What a message to one receiver can be personalised with.
///
/// | root | from |
/// |---|---|
/// | `member`, `location`, `account` | the linked entity of that kind, else the one it links to |
/// | `transaction` | the linked entity, when it is one |
/// | `first_name`, `last_name`, `email`, `mobile` | the receiver's own snapshot |
/// | anything else | what an API call or an event gave, laid over all of the above |
///
/// Fields that are not known are left out rather than given as empty, so that every look-up of one counts as missing.
public enum MergeContext {
    /// - Parameter names: what is asked for, where that is known: a million receivers need not have all their fields put
    ///   together for a first name. Everything unless told.
    public static func values(for receiver: FanOutReceiver, only names: MergeNames? = nil) -> MergeValues {
        var values = MergeValues()
        let linked = receiver.entity
        func root(_ kind: EntityKind, _ neighbour: Entity?) -> MergeValue? {
            let name = kind.rawValue
            guard names?.ask(for: name) ?? true else { return nil }
            guard let entity = linked?.kind == kind ? linked : neighbour else { return nil }
            guard let fields = names?.fields(of: name) else { return value(of: entity) }
            return value(of: entity, fields)
        }
        values[key: "member"] = root(.member, receiver.member) ?? typedMember(receiver)
        values[key: "location"] = root(.location, receiver.location)
        values[key: "account"] = root(.account, receiver.account)
        values[key: "transaction"] = root(.transaction, nil)
        if names?.asksForSnapshot ?? true {
            for (name, value) in snapshot(receiver.receiver) { values[key: name] = value }
        }
        return receiver.variables.isEmpty ? values : values.merging(receiver.variables)
    }

    /// The same as all of it for these fields.
    private static func value(of entity: Entity, _ fields: [String]) -> MergeValue {
        var members: [String: MergeValue] = [:]
        for field in fields {
            let text =
                switch field {
                case "external_id": entity.externalID
                case "name": entity.displayName
                case "first_name": entity.firstName
                case "last_name": entity.lastName
                case "email": entity.email
                case "mobile": entity.mobile
                case "time_zone": entity.timeZone
                case "language": entity.language
                case "account_name" where entity.kind == .account: entity.name
                default: ""
                }
            if let value = text.isEmpty ? entity.attributes[key: field] : .string(text) { members[field] = value }
        }
        return .object(members)
    }

    /// Somebody typed in by hand is not in the directory, but was named: `{{member.first_name}}` greets them by it.
    private static func typedMember(_ receiver: FanOutReceiver) -> MergeValue? {
        guard receiver.entity == nil, receiver.receiver.entity == nil else { return nil }
        let members = snapshot(receiver.receiver)
        return members.isEmpty ? nil : .object(members)
    }

    private static func snapshot(_ receiver: Receiver) -> [String: MergeValue] {
        known([
            ("first_name", receiver.firstName), ("last_name", receiver.lastName), ("email", receiver.email),
            ("mobile", receiver.mobile),
        ])
    }

    /// The standard fields win over attributes of the same name, unless they are not known.
    static func value(of entity: Entity) -> MergeValue {
        var fields = [
            ("external_id", entity.externalID), ("name", entity.displayName), ("first_name", entity.firstName),
            ("last_name", entity.lastName), ("email", entity.email), ("mobile", entity.mobile),
            ("time_zone", entity.timeZone), ("language", entity.language),
        ]
        if entity.kind == .account { fields.append(("account_name", entity.name)) }
        return .object(entity.attributes.members.merging(known(fields)) { $1 })
    }

    private static func known(_ fields: [(String, String)]) -> [String: MergeValue] {
        var members: [String: MergeValue] = [:]
        for (name, text) in fields where !text.isEmpty { members[name] = .string(text) }
        return members
    }
}

/// The names a message's texts ask for, as far as they say where to look.
public struct MergeNames: Sendable {
    /// By the first name of a path, the names behind it; `nil`: all of it.
    private var fields: [String: [String]?] = [:]
    let asksForSnapshot: Bool

    static let ofSnapshot: Set<String> = ["first_name", "last_name", "email", "mobile"]

    public init(_ paths: [MergePath]) {
        for path in paths {
            guard let root = path.steps.first else { continue }
            guard path.steps.count > 1 else {
                fields.updateValue(nil, forKey: root)
                continue
            }
            guard let known = fields[root, default: []] else { continue }
            fields[root] = known.contains(path.steps[1]) ? known : known + [path.steps[1]]
        }
        asksForSnapshot = !Self.ofSnapshot.isDisjoint(with: fields.keys)
    }

    func ask(for root: String) -> Bool { fields[root] != nil }

    /// `nil`: all of them.
    func fields(of root: String) -> [String]? { fields[root] ?? nil }
}
