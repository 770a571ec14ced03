/// Variables available for one receiver's message.
///
/// | root | source |
/// |---|---|
/// | `member`, `location`, `account` | the linked entity of that kind, else the one it links to |
/// | `transaction` | the linked entity, if it is one |
/// | `first_name`, `last_name`, `email`, `mobile` | the receiver's own snapshot |
/// | anything else | variables of an API call or an event, which override all of the above |
///
/// Unknown fields are omitted rather than empty, so that using one counts as a missing value.
public enum MergeContext {
    /// - Parameter names: variables in use, so that only these are built for a million receivers; `nil` builds all.
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

    /// Subset of the full value, limited to these fields.
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

    /// A receiver entered by hand has no record, but has a name: it is available as `{{member.first_name}}`.
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

    /// Standard fields override attributes of the same name, unless they are unknown.
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

/// Variables used by a message's texts, as far as they determine where to look.
public struct MergeNames: Sendable {
    /// Second path elements by first element; `nil` stands for all fields.
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

    /// `nil` stands for all fields.
    func fields(of root: String) -> [String]? { fields[root] ?? nil }
}
