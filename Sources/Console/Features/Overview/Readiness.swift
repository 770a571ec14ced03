import Messaging

/// Whether a delivery channel can deliver now, and by which provider; in the words and colours of the pages.
struct Readiness: Sendable {
    let channel: DeliveryChannel
    let state: ChannelReadiness.State
    /// The provider that would send; `nil` when there is none.
    let provider: ProviderAccount?
    /// The address it sends from.
    let from: String?
    /// One sentence.
    let reason: String
    /// Whether the provider is the one that was asked for, not the default.
    let isChosen: Bool
    /// Why the provider that was asked for does not send; `nil` when it does, or none was.
    let passedOver: String?

    /// The chosen one sends if it is enabled, as the delivery loop sees it, else the enabled default; without one, the
    /// oldest that is enabled.
    init(
        _ channel: DeliveryChannel, among accounts: [ProviderAccount], _ catalog: ProviderCatalog,
        chosen: Int64? = nil
    ) {
        let accounts = accounts.filter { $0.deliveryChannel == channel }
        let enabled = accounts.filter(\.isEnabled)
        let one = ProviderSection.of(channel)?.one ?? "provider"
        self.channel = channel
        let asked = chosen.flatMap { id in accounts.first { $0.id == id } }
        passedOver = chosen == nil ? nil : Self.passedOver(asked, one, catalog)
        isChosen = chosen != nil && passedOver == nil
        provider = isChosen ? asked : enabled.first(where: \.isDefault) ?? enabled.min { $0.id < $1.id }
        guard let provider else {
            (state, from) = (.missing, nil)
            reason =
                accounts.isEmpty ? "No \(one) is set up: messages wait." : "Every \(one) is turned off: messages wait."
            return
        }
        from = (try? catalog.provider(for: provider))?.fromAddress
        if let trouble = Self.trouble(of: provider, catalog) {
            state = .troubled(trouble)
            reason = "\(provider.name): \(trouble)"
        } else if catalog.capabilities(of: provider.kind).isSandbox {
            state = .sandbox
            reason = "\(provider.name) keeps messages here instead of sending them."
        } else {
            state = .ready
            reason = "Messages leave through \(provider.name)."
        }
    }

    private static func passedOver(_ asked: ProviderAccount?, _ one: String, _ catalog: ProviderCatalog) -> String? {
        guard let asked else { return "The \(one) that was chosen is not there any more." }
        if !asked.isEnabled { return "\(asked.name), the \(one) that was chosen, is turned off." }
        if (try? catalog.provider(for: asked)) == nil {
            return "The settings of \(asked.name), the \(one) that was chosen, are not complete."
        }
        return nil
    }

    /// What the transport reported, or settings that no longer hold.
    static func trouble(of account: ProviderAccount, _ catalog: ProviderCatalog) -> String? {
        if let trouble = account.trouble { return trouble }
        do throws(InvalidSettings) {
            _ = try catalog.provider(for: account)
            return nil
        } catch {
            return error.problems.sorted { $0.key < $1.key }.first?.value ?? "Its settings are not complete."
        }
    }

    var isMissing: Bool { state == .missing }
    var isTroubled: Bool { trouble != nil }

    var trouble: String? {
        if case .troubled(let words) = state { words } else { nil }
    }

    var title: String {
        switch state {
        case .ready: "Ready"
        case .sandbox: "Sandbox"
        case .troubled: "Trouble"
        case .missing: "Setup pending"
        }
    }

    var tone: String {
        switch state {
        case .ready: "green"
        case .sandbox: "violet"
        case .troubled: "red"
        case .missing: "amber"
        }
    }

    /// What the preflight needs to know of it.
    var forPreflight: ChannelReadiness {
        ChannelReadiness(
            deliveryChannel: channel, state: state, providerName: provider?.name, from: from, isChosen: isChosen,
            passedOver: passedOver)
    }
}

extension RequestContext {
    func readiness(_ channels: [DeliveryChannel]) throws -> [Readiness] {
        let accounts = try services.providers.providers(for: nil)
        return channels.map { Readiness($0, among: accounts, services.catalog) }
    }

    /// Whether what a draft chose can deliver it.
    func readiness(of draft: Broadcast) throws -> [Readiness] {
        let accounts = try services.providers.providers(for: nil)
        return draft.deliveryChannels.map { channel in
            Readiness(channel, among: accounts, services.catalog, chosen: draft.composition[provider: channel])
        }
    }
}
