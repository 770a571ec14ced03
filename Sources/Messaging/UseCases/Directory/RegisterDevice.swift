/// Registers a device for push, or notes that it was seen again. Throws `StoreConflict.state` when the record has
/// `DeviceToken.mostOfARecord` others.
public struct RegisterDevice: UseCase {
    public var device: Device
    public var entity: Entity

    public init(_ device: Device, of entity: Entity) {
        self.device = device
        self.entity = entity
    }

    public func perform(_ work: Work) throws -> DeviceRegistered {
        try work.commit { commit in
            let result = try commit.stores.devices.register(device, of: entity.id, at: work.now)
            if let action = Self.action(result.change) {
                try commit.audit(
                    action, "\(entity.kind.rawValue) \(entity.externalID)",
                    detail: "\(result.device.label) \(DeviceToken.shortened(result.device.token))")
            }
            return result
        }
    }

    /// An app calls at each of its starts: that it was seen again changes nothing anybody decided.
    private static func action(_ change: DeviceRegistered.Change) -> String? {
        switch change {
        case .registered: "register device"
        case .moved: "move device"
        case .renamed: "update device"
        case .seen: nil
        }
    }
}
