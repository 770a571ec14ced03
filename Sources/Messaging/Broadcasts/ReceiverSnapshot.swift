extension Receiver {
    /// A record of the directory as it is now, to be kept with a broadcast.
    ///
    /// A transaction has no address and no name of its own: it is written to at its member's, else its account's. Any
    /// other record is written to at its own address or not at all.
    public init(of entity: Entity, member: Entity? = nil, account: Entity? = nil, origin: ReceiverOrigin) {
        let people = entity.kind == .transaction ? [entity, member, account].compactMap { $0 } : [entity]
        let named = people.first { !$0.firstName.isEmpty || !$0.lastName.isEmpty }
        self.init(
            firstName: named?.firstName ?? (people.count > 1 ? people[1] : entity).displayName,
            lastName: named?.lastName ?? "", email: people.first { !$0.email.isEmpty }?.email ?? "",
            mobile: people.first { !$0.mobile.isEmpty }?.mobile ?? "", origin: origin, entity: entity.reference)
        if entity.kind == .transaction { party = (member ?? account)?.reference }
    }
}
