/// What publishing a broadcast freezes: the content of its template as that stands now, or texts of its own, with the
/// providers and the priority that go with them.
public struct FrozenBroadcast: Sendable {
    /// One for each delivery channel, mail in its layout.
    public var contents: [Content]
    /// The provider chosen for a delivery channel; absent: the default one.
    public var providers: [DeliveryChannel: Int64]
    public var priority: Priority

    public init(contents: [Content], providers: [DeliveryChannel: Int64], priority: Priority) {
        self.contents = contents
        self.providers = providers
        self.priority = priority
    }
}

/// Why a broadcast has no content to send.
public enum BroadcastContentProblem: Error, Sendable, Hashable {
    case templateGone
    case templateInactive(name: String)
    /// The template has no content for delivery channels that the broadcast names.
    case templateLacks([DeliveryChannel], name: String)
    case noDeliveryChannel
}

extension TemplateQueries {
    /// The broadcast with its template's texts, providers and priority in place, mail not in its layout yet; one with
    /// texts of its own as it is. Throws `BroadcastContentProblem`.
    public func resolved(_ broadcast: Broadcast) throws -> Broadcast {
        guard let id = broadcast.templateID else { return broadcast }
        guard let template = try template(id) else { throw BroadcastContentProblem.templateGone }
        guard template.isActive else { throw BroadcastContentProblem.templateInactive(name: template.name) }
        let lacking = broadcast.deliveryChannels.filter { !template.deliveryChannels.contains($0) }
        guard lacking.isEmpty else {
            throw BroadcastContentProblem.templateLacks(lacking, name: template.name)
        }
        var broadcast = broadcast
        broadcast.composition = template.draft.composition
        broadcast.priority = template.priority
        broadcast.templateName = template.name
        return broadcast
    }

    /// Throws `BroadcastContentProblem`.
    public func frozen(_ broadcast: Broadcast) throws -> FrozenBroadcast {
        let resolved = try resolved(broadcast)
        guard !resolved.deliveryChannels.isEmpty else { throw BroadcastContentProblem.noDeliveryChannel }
        var providers: [DeliveryChannel: Int64] = [:]
        for channel in resolved.deliveryChannels { providers[channel] = resolved.composition[provider: channel] }
        return FrozenBroadcast(
            contents: try wrapped(resolved.composition).contents(for: resolved.deliveryChannels),
            providers: providers, priority: resolved.priority)
    }
}
