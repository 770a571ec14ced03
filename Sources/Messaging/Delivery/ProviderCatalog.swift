/// The kinds of provider this program knows. `Providers` fills it; everything else asks it.
public struct ProviderCatalog: Sendable {
    public let kinds: [any Provider.Type]

    public init(_ kinds: [any Provider.Type]) { self.kinds = kinds }

    public func kind(_ name: String) -> (any Provider.Type)? { kinds.first { $0.kind == name } }

    public func kinds(for channel: DeliveryChannel) -> [any Provider.Type] {
        kinds.filter { $0.deliveryChannels.contains(channel) }
    }

    /// The working provider for an account. Throws `InvalidSettings`.
    public func provider(for account: ProviderAccount) throws(InvalidSettings) -> any Provider {
        guard let kind = kind(account.kind) else {
            throw InvalidSettings(["kind": "There is no kind of provider called “\(account.kind)”."])
        }
        guard kind.deliveryChannels.contains(account.deliveryChannel) else {
            throw InvalidSettings([
                "delivery_channel": "\(kind.title) does not deliver \(account.deliveryChannel.title)."
            ])
        }
        return try kind.init(account: account)
    }

    public func capabilities(of kindName: String) -> ProviderCapabilities {
        kind(kindName)?.capabilities ?? ProviderCapabilities()
    }
}
