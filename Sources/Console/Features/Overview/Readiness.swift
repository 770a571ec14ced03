import Messaging

/// Whether a delivery channel is ready, and its provider, formatted for a page.
struct Readiness: Sendable {
    let channel: DeliveryChannel
    let state: ChannelReadiness.State
    /// Provider that would send; `nil` if there is none.
    let provider: ProviderAccount?
    /// Its sender address.
    let from: String?
    /// One-sentence reason.
    let reason: String
    /// Whether the provider is the selected one rather than the default.
    let isChosen: Bool
    /// Reason why the selected provider is not used; `nil` if it is, or none was selected.
    let passedOver: String?

    init(
        _ channel: DeliveryChannel, among accounts: [ProviderAccount], _ catalog: ProviderCatalog, chosen: Int64? = nil
    ) {
        self.init(ProviderChoice(channel, among: accounts, catalog, chosen: chosen))
    }

    init(_ choice: ProviderChoice) {
        channel = choice.channel
        state = choice.state
        provider = choice.provider
        from = choice.from
        isChosen = choice.isChosen
        passedOver = choice.passedOver
        let name = choice.provider?.name ?? ""
        reason =
            switch choice.state {
            case .ready: "Messages leave through \(name)."
            case .sandbox: "\(name) keeps messages here instead of sending them."
            case .troubled(let trouble): "\(name): \(trouble)"
            case .missing where choice.areAllDisabled:
                "Every \(choice.channel.providerNoun) is turned off: messages wait."
            case .missing: "No \(choice.channel.providerNoun) is set up: messages wait."
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
}

extension RequestContext {
    func readiness(_ channels: [DeliveryChannel]) throws -> [Readiness] {
        let accounts = try services.providers.providers(for: nil)
        return channels.map { Readiness($0, among: accounts, services.catalog) }
    }

    /// Readiness of the delivery channels and providers selected in a draft.
    func readiness(of draft: Broadcast) throws -> [Readiness] {
        let accounts = try services.providers.providers(for: nil)
        return draft.deliveryChannels.map { channel in
            Readiness(channel, among: accounts, services.catalog, chosen: draft.composition[provider: channel])
        }
    }
}
