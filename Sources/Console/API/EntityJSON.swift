import Messaging

/// Records as the API shows them.
enum EntityJSON {
    /// Links are shown by external id, the way they are given.
    static func one(_ entity: Entity, _ links: inout LinkedRecords) throws -> JSONValue {
        var object: JSONObject = ["id": JSONValue(id: entity.id), "kind": .string(entity.kind.rawValue)]
        for field in EntityField.of(entity.kind) {
            let text =
                field.linkedKind == nil
                ? try links.text(field, of: entity) : try links.entity(field, of: entity)?.externalID ?? ""
            object.append(field.columnName(for: entity.kind), JSONValue(text.isEmpty ? nil : text))
        }
        var attributes = entity.attributes.members
        for name in EntityField.usualAttributes(of: entity.kind) {
            object.append(name, attributes.removeValue(forKey: name).map(JSONValue.init(merge:)) ?? .null)
        }
        object.append("attributes", JSONValue(merge: .object(attributes)))
        return .object(object)
    }
}

extension JSONValue {
    init(merge value: MergeValue) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .number(let literal): self = .number(literal)
        case .string(let text): self = .string(text)
        case .list(let items): self = .list(items.map(JSONValue.init(merge:)))
        case .object(let members):
            var object = JSONObject()
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                object.append(name, JSONValue(merge: value))
            }
            self = .object(object)
        }
    }
}
