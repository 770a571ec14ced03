/// Which provider a delivery channel would send through now, and why.
public struct ProviderChoice: Sendable {
    public let channel: DeliveryChannel
    public let state: ChannelReadiness.State
    /// `nil` when there is none: messages wait.
    public let provider: ProviderAccount?
    /// The address it sends from.
    public let from: String?
    /// Whether it is the provider that was asked for, not the default.
    public let isChosen: Bool
    /// Why the provider that was asked for does not send; `nil` when it does, or none was.
    public let passedOver: String?
    /// Whether there are providers, all turned off.
    public let areAllDisabled: Bool

    /// The chosen one sends if it is enabled, as the delivery loop sees it, else the enabled default; without one, the
    /// oldest that is enabled.
    public init(
        _ channel: DeliveryChannel, among accounts: [ProviderAccount], _ catalog: ProviderCatalog,
        chosen: Int64? = nil
    ) {
        let accounts = accounts.filter { $0.deliveryChannel == channel }
        let enabled = accounts.filter(\.isEnabled)
        self.channel = channel
        let asked = chosen.flatMap { id in accounts.first { $0.id == id } }
        passedOver = chosen == nil ? nil : Self.passedOver(asked, channel.providerNoun, catalog)
        isChosen = chosen != nil && passedOver == nil
        provider = isChosen ? asked : enabled.first(where: \.isDefault) ?? enabled.min { $0.id < $1.id }
        areAllDisabled = !accounts.isEmpty && enabled.isEmpty
        guard let provider else {
            (state, from) = (.missing, nil)
            return
        }
        from = (try? catalog.provider(for: provider))?.fromAddress
        if let trouble = Self.trouble(of: provider, catalog) {
            state = .troubled(trouble)
        } else {
            state = catalog.capabilities(of: provider.kind).isSandbox ? .sandbox : .ready
        }
    }

    private static func passedOver(_ asked: ProviderAccount?, _ noun: String, _ catalog: ProviderCatalog) -> String? {
        guard let asked else { return "The \(noun) that was chosen no longer exists." }
        if !asked.isEnabled { return "\(asked.name), the \(noun) that was chosen, is turned off." }
        if (try? catalog.provider(for: asked)) == nil {
            return "The settings of \(asked.name), the \(noun) that was chosen, are not complete."
        }
        return nil
    }

    /// What the transport reported, or settings that no longer hold.
    public static func trouble(of account: ProviderAccount, _ catalog: ProviderCatalog) -> String? {
        if let trouble = account.trouble { return trouble }
        do throws(InvalidSettings) {
            _ = try catalog.provider(for: account)
            return nil
        } catch {
            return error.problems.sorted { $0.key < $1.key }.first?.value ?? "Its settings are not complete."
        }
    }

    /// What the preflight needs to know of it.
    public var readiness: ChannelReadiness {
        ChannelReadiness(
            deliveryChannel: channel, state: state, providerName: provider?.name, from: from, isChosen: isChosen,
            passedOver: passedOver)
    }
}

extension DeliveryChannel {
    /// What people call a provider of it: `mail server`, `SMS gateway`.
    public var providerNoun: String {
        switch self {
        case .email: "mail server"
        case .sms: "SMS gateway"
        case .whatsapp: "omni channel"
        case .push: "push provider"
        case .voice: "voice provider"
        case .inApp: "in-app inbox"
        }
    }
}
