/// Says what would go wrong when a broadcast is sent as it stands. Reads only; costs about 25 µs a receiver looked at.
public struct RunPreflight: UseCase {
    /// How much is looked at.
    public enum Extent: Sendable, Hashable {
        /// Every receiver, up to `Preflight.receiverLimit`.
        case everything
        /// Everything that forbids the sending, and of the receivers the first so many.
        case beginning(receivers: Int)
        /// What forbids the sending alone. Costs the same for a million receivers, unless nobody can be reached.
        case blocking
    }

    /// With the content of its template in place (`TemplateQueries.resolved`).
    public var broadcast: Broadcast
    public var extent: Extent
    /// How the reader writes a moment.
    public var time: @Sendable (Timestamp) -> String

    public init(
        of broadcast: Broadcast, _ extent: Extent, time: @escaping @Sendable (Timestamp) -> String = { $0.rfc3339 }
    ) {
        self.broadcast = broadcast
        self.extent = extent
        self.time = time
    }

    /// Receivers read in one go: a few megabytes at most.
    private static let chunk = 500

    public func perform(_ work: Work) throws -> [Finding] {
        switch extent {
        case .everything: return try expiry(work) + unsubscribing(work) + receiverFindings(work)
        case .blocking: return try expiry(work) + receiverFindings(work, isForBlocking: true)
        case .beginning(let limit):
            let first = try unsubscribing(work) + receiverFindings(work, limit: limit)
            return try expiry(work) + receiverFindings(work, isForBlocking: true)
                + first.filter { $0.severity != .blocking && $0.kind != .notExamined }
        }
    }

    private func receiverFindings(
        _ work: Work, isForBlocking: Bool = false, limit: Int = Preflight.receiverLimit
    ) throws -> [Finding] {
        let stores = work.stores
        let accounts = try stores.providers.providers(for: nil)
        let readiness = broadcast.deliveryChannels.map { channel in
            ProviderChoice(
                channel, among: accounts, stores.catalog, chosen: broadcast.composition[provider: channel]
            ).readiness
        }
        return try Preflight.run(
            composition: stores.templates.wrapped(broadcast.composition),
            deliveryChannels: broadcast.deliveryChannels,
            readiness: Dictionary(readiness.map { ($0.deliveryChannel, $0) }, uniquingKeysWith: { $1 }),
            unsubscribe: stores.unsubscribe?.sample, isForBlocking: isForBlocking, limit: limit,
            stopped: { try stops(work, $0) },
            // The way the fan-out will walk them.
            next: { try stores.fanOut.receivers(of: broadcast.id, after: $0, limit: Self.chunk) })
    }

    /// Who of these must not be written to, by the rule that holds again right before the hand-off.
    private func stops(_ work: Work, _ chunk: [FanOutReceiver]) throws -> Preflight.Stops {
        var addresses: [Address: [(receiver: Receiver, channel: DeliveryChannel)]] = [:]
        for receiver in chunk.map(\.receiver) {
            for channel in broadcast.deliveryChannels {
                guard case .usable(let address) = ReceiverAddress(of: receiver, for: channel) else { continue }
                addresses[address, default: []].append((receiver, channel))
            }
        }
        var stops: Preflight.Stops = [:]
        for (address, standing) in try work.stores.suppressions.suppressions(of: Array(addresses.keys)) {
            for (receiver, channel) in addresses[address] ?? [] {
                let consent = Consent(
                    origin: broadcast.origin, type: broadcast.type, receivers: broadcast.receiverCount,
                    channelID: receiver.subscription?.channelID)
                if consent.stop(among: standing) != nil { stops[receiver.id, default: []].insert(channel) }
            }
        }
        return stops
    }

    /// Mail to many needs a way to unsubscribe (RFC 8058), and that needs an address at which people reach us.
    private func unsubscribing(_ work: Work) -> [Finding] {
        guard broadcast.receiverCount > 1, broadcast.deliveryChannels.contains(.email) else { return [] }
        guard let links = work.stores.unsubscribe else {
            return [
                Finding(
                    .warning, .noUnsubscribe, "The emails will carry no way to unsubscribe",
                    detail: "Large mailbox providers ask for one in mail to many, or refuse it. Start the program with "
                        + "--public-url, the https address at which people reach it.")
            ]
        }
        if links.isOneClick { return [] }
        return [
            Finding(
                .warning, .noUnsubscribe, "Mail programs will show no button to unsubscribe",
                detail: "They only trust an https address. Start the program with --public-url https://…")
        ]
    }

    private func expiry(_ work: Work) -> [Finding] {
        guard let end = broadcast.expiresAt, end <= work.now else { return [] }
        return [
            Finding(
                .blocking, .expired, "The time until which it may be sent is over",
                detail: "It was \(time(end)). Choose a later one, or none.")
        ]
    }
}

extension [Finding] {
    /// Whether nothing forbids the sending: the one rule for the button and for what it does.
    public var allowSending: Bool { !contains { $0.severity == .blocking } }
}
