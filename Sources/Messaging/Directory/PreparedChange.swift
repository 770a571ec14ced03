/// A change with everything about it that can be worked out without the record it is for, so that little is left to do
/// where one commit at a time is written.
public struct PreparedChange: Sendable {
    public let change: EntityChange
    /// What it makes where no record of that id stands, links aside.
    public let fresh: Entity
    public let freshTexts: Entity.Texts

    public init(_ change: EntityChange, of kind: EntityKind) {
        self.change = change
        fresh = change.applied(to: nil, kind: kind)
        freshTexts = Entity.Texts(fresh)
    }
}

extension Entity {
    /// What a record is kept with besides its fields.
    public struct Texts: Sendable {
        /// What a search looks at, and a filter on a text column or on an attribute of the first level.
        public let search: String
        /// JSON.
        public let attributes: String

        public init(_ entity: Entity) {
            var text = entity.externalID
            for part in [entity.name, entity.firstName, entity.lastName, entity.email, entity.mobile]
            where !part.isEmpty {
                text += " "
                text += part
            }
            for (_, value) in entity.attributes.members.sorted(by: { $0.key < $1.key }) where !value.text.isEmpty {
                text += " "
                text += value.text
            }
            search = text.lowercased()
            attributes = entity.attributes.isEmpty ? "{}" : entity.attributes.json
        }
    }
}
