/// Removes a device: push does not reach it any more. Throws `StoreConflict.notFound` when it is not the record's.
public struct RemoveDevice: UseCase {
    public var token: String
    /// What people call it; empty where that is not known.
    public var label: String
    public var entity: Entity

    public init(token: String, label: String = "", of entity: Entity) {
        self.token = token
        self.label = label
        self.entity = entity
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            guard try commit.stores.devices.removeDevice(token: token, of: entity.id) else {
                throw StoreConflict.notFound
            }
            let words = [label, DeviceToken.shortened(token)].filter { !$0.isEmpty }
            try commit.audit(
                "remove device", "\(entity.kind.rawValue) \(entity.externalID)", detail: words.joined(separator: " "))
        }
    }
}
