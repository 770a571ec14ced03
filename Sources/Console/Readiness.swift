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

    /// The enabled default sends; without one, the oldest that is enabled.
    init(_ channel: DeliveryChannel, among accounts: [ProviderAccount], _ catalog: ProviderCatalog) {
        let accounts = accounts.filter { $0.deliveryChannel == channel }
        let enabled = accounts.filter(\.isEnabled)
        let one = ProviderSection.of(channel)?.one ?? "provider"
        self.channel = channel
        provider = enabled.first(where: \.isDefault) ?? enabled.min { $0.id < $1.id }
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

    /// What the carrier reported, or settings that no longer hold.
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
        ChannelReadiness(deliveryChannel: channel, state: state, providerName: provider?.name, from: from)
    }
}

extension Visit {
    func readiness(_ channels: [DeliveryChannel]) throws -> [Readiness] {
        let accounts = try services.providers.providers(for: nil)
        return channels.map { Readiness($0, among: accounts, services.catalog) }
    }
}
