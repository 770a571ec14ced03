/// A part of the product that an installation can do without. Off, its pages and calls are not there.
public enum Module: String, CaseIterable, Hashable, Codable, Sendable {
    case communication
    case channels = "communication:channels"

    /// Off, this one is off too.
    public var whole: Module? {
        switch self {
        case .communication: nil
        case .channels: .communication
        }
    }
}

/// The switches as they stand. One that nobody ever touched is on.
public struct Modules: Sendable, Hashable {
    public struct Switch: Sendable, Hashable {
        public var isOn: Bool
        /// As audit entries name who did it.
        public var changedBy: String
        public var changedAt: Timestamp

        public init(isOn: Bool, changedBy: String, changedAt: Timestamp) {
            self.isOn = isOn
            self.changedBy = changedBy
            self.changedAt = changedAt
        }
    }

    public var switches: [Module: Switch]

    public init(_ switches: [Module: Switch] = [:]) { self.switches = switches }

    /// Its own switch and that of the whole it belongs to.
    public func isOn(_ module: Module) -> Bool {
        switches[module]?.isOn != false && module.whole.map(isOn) != false
    }
}
