/// Whether a delivery channel can deliver now, and through what.
public struct ChannelReadiness: Sendable, Hashable {
    public enum State: Sendable, Hashable {
        case ready
        /// Nothing leaves the house.
        case sandbox
        /// There is a provider, and it cannot be used right now: its own words.
        case troubled(String)
        /// Messages wait for one.
        case missing
    }
    public let deliveryChannel: DeliveryChannel
    public let state: State
    public let providerName: String?
    public let from: String?
    /// Whether the provider is one that was asked for, not the default.
    public let isChosen: Bool
    /// Why the provider that was asked for does not send; `nil` when it does, or none was.
    public let passedOver: String?

    public init(
        deliveryChannel: DeliveryChannel, state: State, providerName: String? = nil, from: String? = nil,
        isChosen: Bool = false, passedOver: String? = nil
    ) {
        self.deliveryChannel = deliveryChannel
        self.state = state
        self.providerName = providerName
        self.from = from
        self.isChosen = isChosen
        self.passedOver = passedOver
    }
}
