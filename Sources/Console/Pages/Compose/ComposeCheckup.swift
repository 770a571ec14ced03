import Messaging

/// The preflight of a stored draft.
enum ComposeCheckup {
    /// Receivers read in one go: a few megabytes at most.
    private static let chunk = 500
    /// Beyond it the look takes longer than a request thread should be held.
    static let quickReceivers = 1000

    static func findings(_ visit: Visit, _ draft: Broadcast) throws -> [Finding] {
        let readiness = try visit.readiness(of: draft).map(\.forPreflight)
        return try Preflight.run(
            composition: visit.dressed(draft).composition, deliveryChannels: draft.deliveryChannels,
            readiness: Dictionary(readiness.map { ($0.deliveryChannel, $0) }, uniquingKeysWith: { $1 }),
            next: { try receivers(visit, draft.id, after: $0) })
    }

    /// Whether nothing stands in the way: the one rule for the button and for what it does.
    static func mayBeSent(_ findings: [Finding]) -> Bool { !findings.contains { $0.severity == .blocking } }

    /// The way the fan-out will walk them.
    private static func receivers(_ visit: Visit, _ id: Int64, after cursor: Int64) throws -> [FanOutReceiver] {
        try visit.services.fanOut.receivers(of: id, after: cursor, limit: chunk)
    }
}
