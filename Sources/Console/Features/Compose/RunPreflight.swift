import Messaging

/// The preflight of a stored draft.
enum RunPreflight {
    /// What a page knows of a draft.
    struct PreflightReport: Sendable {
        var findings: [Finding]
        /// Where all receivers are looked at, when only some were.
        var whole: String?
    }

    /// Receivers read in one go: a few megabytes at most.
    private static let chunk = 500
    /// Beyond it the look takes longer than a request thread should be held, or somebody should wait for a page.
    static let quickReceivers = 1000

    /// All of them when they are few, or when the visit asks for it; otherwise the first, so that the page is there at
    /// once, and goes on by itself. What forbids the sending is always known.
    static func report(_ context: RequestContext, _ draft: Broadcast) throws -> PreflightReport {
        if draft.receiverCount <= quickReceivers || context.request.query["look"] == "all" {
            return PreflightReport(findings: try findings(context, draft), whole: nil)
        }
        let first = try unsubscribing(context, draft) + receiverFindings(context, draft, limit: quickReceivers)
        let page = draft.origin == .bulk ? Paths.publishBulk(draft.id) : Paths.composeConfirm(draft.id)
        return PreflightReport(
            findings: try blocking(context, draft)
                + first.filter { $0.severity != .blocking && $0.kind != .notExamined },
            whole: Paths.with(page, [("look", "all")]))
    }

    static func findings(_ context: RequestContext, _ draft: Broadcast) throws -> [Finding] {
        try expiry(context, draft) + unsubscribing(context, draft) + receiverFindings(context, draft)
    }

    /// What forbids the sending alone. Costs the same for a million receivers, unless nobody can be reached.
    static func blocking(_ context: RequestContext, _ draft: Broadcast) throws -> [Finding] {
        try expiry(context, draft) + receiverFindings(context, draft, isForBlocking: true)
    }

    private static func receiverFindings(
        _ context: RequestContext, _ draft: Broadcast, isForBlocking: Bool = false, limit: Int = Preflight.receiverLimit
    ) throws -> [Finding] {
        let readiness = try context.readiness(of: draft).map(\.forPreflight)
        return try Preflight.run(
            composition: context.wrapped(draft).composition, deliveryChannels: draft.deliveryChannels,
            readiness: Dictionary(readiness.map { ($0.deliveryChannel, $0) }, uniquingKeysWith: { $1 }),
            unsubscribe: context.services.unsubscribe?.sample, isForBlocking: isForBlocking,
            limit: limit, stopped: { try stops(context, draft, $0) },
            next: { try receivers(context, draft.id, after: $0) })
    }

    /// Who of these must not be written to, by the same rule as the last look.
    private static func stops(
        _ context: RequestContext, _ draft: Broadcast, _ chunk: [FanOutReceiver]
    ) throws -> Preflight.Stops {
        var addresses: [Address: [(receiver: Receiver, channel: DeliveryChannel)]] = [:]
        for receiver in chunk.map(\.receiver) {
            for channel in draft.deliveryChannels {
                guard case .usable(let address) = ReceiverAddress(of: receiver, for: channel) else { continue }
                addresses[address, default: []].append((receiver, channel))
            }
        }
        var stops: Preflight.Stops = [:]
        for (address, standing) in try context.services.suppressions.suppressions(of: Array(addresses.keys)) {
            for (receiver, channel) in addresses[address] ?? [] {
                let consent = Consent(
                    origin: draft.origin, type: draft.type, receivers: draft.receiverCount,
                    channelID: receiver.subscription?.channelID)
                if consent.stop(among: standing) != nil { stops[receiver.id, default: []].insert(channel) }
            }
        }
        return stops
    }

    /// Mail to many needs a way to leave (RFC 8058), and that needs an address at which people reach us.
    private static func unsubscribing(_ context: RequestContext, _ draft: Broadcast) -> [Finding] {
        let isToMany = draft.receiverCount > 1
        guard isToMany, draft.deliveryChannels.contains(.email) else { return [] }
        if let links = context.services.unsubscribe, links.isOneClick { return [] }
        let isPlain = context.services.unsubscribe != nil
        return [
            Finding(
                .warning, .noUnsubscribe,
                isPlain
                    ? "Mail programs will show no button to unsubscribe"
                    : "The emails will carry no way to unsubscribe",
                detail: isPlain
                    ? "They only trust an https address. Start the program with --public-url https://…"
                    : "Large mailbox providers ask for one in mail to many, or refuse it. Start the program with "
                        + "--public-url, the https address at which people reach it.")
        ]
    }

    private static func expiry(_ context: RequestContext, _ draft: Broadcast) -> [Finding] {
        guard let end = draft.expiresAt, end <= context.now else { return [] }
        return [
            Finding(
                .blocking, .expired, "The time until which it may be sent is over",
                detail: "It was \(context.time(end).text). Choose a later one, or none.")
        ]
    }

    /// Whether nothing stands in the way: the one rule for the button and for what it does.
    static func mayBeSent(_ findings: [Finding]) -> Bool { !findings.contains { $0.severity == .blocking } }

    /// The way the fan-out will walk them.
    private static func receivers(_ context: RequestContext, _ id: Int64, after cursor: Int64) throws
        -> [FanOutReceiver]
    {
        try context.services.fanOut.receivers(of: id, after: cursor, limit: chunk)
    }
}
