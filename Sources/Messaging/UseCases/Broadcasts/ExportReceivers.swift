/// Records that the receivers of a broadcast and their outcomes are exported.
public struct ExportReceivers: UseCase {
    public var broadcast: Broadcast

    public init(of broadcast: Broadcast) { self.broadcast = broadcast }

    public func perform(_ work: Work) throws {
        try work.audit("export receivers", "broadcast \(broadcast.id)", detail: broadcast.displayName)
    }
}
