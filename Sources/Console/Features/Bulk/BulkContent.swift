import Messaging

/// What a bulk broadcast sends: the content of its template as that stands now, or texts of its own. Looking at it,
/// checking it and publishing it all take it from here, so that what was shown is what leaves.
extension RequestContext {
    /// The broadcast with its template's texts, providers and priority in place; one with texts of its own as it is.
    /// Not wrapped yet. Throws a `Failure` (409) when the template is gone, inactive or lost a delivery channel.
    func resolved(_ broadcast: Broadcast) throws -> Broadcast { try services.templates.resolved(broadcast) }

    /// What publishing freezes. Throws a `Failure` (409) as `resolved` does.
    func frozen(
        _ broadcast: Broadcast
    ) throws -> (contents: [Content], providers: [DeliveryChannel: Int64], priority: Priority) {
        try services.templates.frozen(broadcast)
    }
}

extension TemplateStore {
    func resolved(_ broadcast: Broadcast) throws -> Broadcast {
        guard let id = broadcast.templateID else { return broadcast }
        guard let template = try template(id) else {
            throw Failure(
                409, "The template is gone", "It was deleted since it was chosen. Choose another for this broadcast.")
        }
        guard template.isActive else {
            throw Failure(
                409, "The template is not active", "Activate “\(template.name)”, or choose another for this broadcast.")
        }
        let lost = broadcast.deliveryChannels.filter { !template.deliveryChannels.contains($0) }
        guard lost.isEmpty else {
            throw Failure(
                409, "The template has no content for \(EnglishFormat.list(lost.map(\.title)))",
                "Write it in “\(template.name)”, or take the delivery channel out of this broadcast.")
        }
        var broadcast = broadcast
        broadcast.composition = template.draft.composition
        broadcast.priority = template.priority
        broadcast.templateName = template.name
        return broadcast
    }

    func frozen(
        _ broadcast: Broadcast
    ) throws -> (contents: [Content], providers: [DeliveryChannel: Int64], priority: Priority) {
        let resolved = try resolved(broadcast)
        guard !resolved.deliveryChannels.isEmpty else {
            throw Failure(409, "No delivery channel is chosen", "Choose at least one for this broadcast.")
        }
        var providers: [DeliveryChannel: Int64] = [:]
        for channel in resolved.deliveryChannels { providers[channel] = resolved.composition[provider: channel] }
        let composition = try wrapped(resolved.composition)
        return (composition.contents(for: resolved.deliveryChannels), providers, resolved.priority)
    }
}
