/// The devices that push reaches.
public protocol DeviceQueries: Sendable {
    /// The most recently seen first.
    func devices(of entityID: Int64) throws -> [Device]
    /// What a record that is written to now is reached at by push: the most recently seen of its devices; of a
    /// transaction its member's, else its account's.
    func latestDevice(of entityID: Int64) throws -> Device?
}

/// Registers and removes the devices that push reaches.
public protocol DeviceStore: DeviceQueries {
    /// Notes that a device of a record is there: a new one is registered, a known one was seen again. A token that was
    /// another record's is this one's from now on. Throws `StoreConflict.notFound` when the record is gone,
    /// `StoreConflict.state("full")` when it has `DeviceToken.mostOfARecord` others already.
    func register(_ device: Device, of entityID: Int64, at: Timestamp) throws -> DeviceRegistered
    /// Takes a device away from a record; false when it has no such one.
    func removeDevice(token: String, of entityID: Int64) throws -> Bool
}

public struct DeviceRegistered: Sendable, Hashable {
    public enum Change: Sendable, Hashable {
        case registered
        /// It was another record's.
        case moved
        case renamed
        /// Nothing but the time it was last seen.
        case seen
    }
    public var device: Device
    public var change: Change

    public init(device: Device, change: Change) {
        self.device = device
        self.change = change
    }
}
