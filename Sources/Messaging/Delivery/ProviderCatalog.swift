/// Registered provider kinds. Filled by the module `Providers`; everything else queries it.
public struct ProviderCatalog: Sendable {
    public let kinds: [any Provider.Type]
    /// Network policy for configured addresses.
    public let networks: NetworkPolicy

    public init(_ kinds: [any Provider.Type], networks: NetworkPolicy = .publicOnly) {
        self.kinds = kinds
        self.networks = networks
    }

    public func reaching(_ networks: NetworkPolicy) -> ProviderCatalog { ProviderCatalog(kinds, networks: networks) }

    /// Looks up a kind by its current or a former name.
    public func kind(_ name: String) -> (any Provider.Type)? {
        kinds.first { $0.kind == name } ?? kinds.first { $0.formerKinds.contains(name) }
    }

    public func kind(_ name: String, for channel: DeliveryChannel) -> (any Provider.Type)? {
        kind(name).flatMap { $0.deliveryChannels.contains(channel) ? $0 : nil }
    }

    public func kinds(for channel: DeliveryChannel) -> [any Provider.Type] {
        kinds.filter { $0.deliveryChannels.contains(channel) }
    }

    /// Creates the provider for an account. Throws `InvalidSettings`.
    public func provider(for account: ProviderAccount) throws(InvalidSettings) -> any Provider {
        guard let kind = kind(account.kind) else {
            throw InvalidSettings(["kind": "There is no kind of provider called “\(account.kind)”."])
        }
        guard kind.deliveryChannels.contains(account.deliveryChannel) else {
            throw InvalidSettings([
                "delivery_channel": "\(kind.title) does not deliver \(account.deliveryChannel.title)."
            ])
        }
        let provider = try kind.init(account: account)
        if let typed = provider.typedHost, let refusal = networks.refusal(ofHost: typed.host) {
            throw InvalidSettings([typed.field: refusal])
        }
        return provider
    }

    /// Capabilities of an account; those of its kind if its settings are invalid.
    public func capabilities(of account: ProviderAccount) -> ProviderCapabilities {
        (try? provider(for: account))?.capabilities ?? capabilities(of: account.kind)
    }

    public func capabilities(of kindName: String) -> ProviderCapabilities {
        kind(kindName)?.capabilities ?? ProviderCapabilities()
    }
}
