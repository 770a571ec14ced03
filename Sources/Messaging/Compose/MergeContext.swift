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
    public static func values(for receiver: FanOutReceiver) -> MergeValues {
        var values = MergeValues()
        let linked = receiver.entity
        values[key: "member"] = root(.member, linked, receiver.member) ?? typedMember(receiver)
        values[key: "location"] = root(.location, linked, receiver.location)
        values[key: "account"] = root(.account, linked, receiver.account)
        values[key: "transaction"] = root(.transaction, linked, nil)
        for (name, value) in snapshot(receiver.receiver) { values[key: name] = value }
        return values.merging(receiver.variables)
    }

    private static func root(_ kind: EntityKind, _ linked: Entity?, _ neighbour: Entity?) -> MergeValue? {
        if let linked, linked.kind == kind { return value(of: linked) }
        return neighbour.map(value(of:))
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
