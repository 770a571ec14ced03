/// Begins a draft of the Compose Wizard, blank or with the texts of a template. Returns its id.
public struct CreateDraft: UseCase {
    public var deliveryChannels: [DeliveryChannel]
    public var template: MessageTemplate?

    public init(_ deliveryChannels: [DeliveryChannel], from template: MessageTemplate? = nil) {
        self.deliveryChannels = deliveryChannels
        self.template = template
    }

    public func perform(_ work: Work) throws -> Int64 {
        try work.commit { commit in
            let id = try commit.stores.broadcasts.createDraft(
                name: template?.name ?? "", deliveryChannels: deliveryChannels,
                composition: template?.draft.composition ?? Composition(), by: work.actor.userID, at: work.now)
            let detail = template.map { "from template \($0.id)" } ?? ""
            try commit.audit("create draft", "broadcast \(id)", detail: detail)
            return id
        }
    }
}
