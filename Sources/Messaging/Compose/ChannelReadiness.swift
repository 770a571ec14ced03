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

    public init(
        deliveryChannel: DeliveryChannel, state: State, providerName: String? = nil, from: String? = nil
    ) {
        self.deliveryChannel = deliveryChannel
        self.state = state
        self.providerName = providerName
        self.from = from
    }
}
