/// The server's counters at one moment.
public struct ServerMetrics: Sendable, Equatable {
    /// Requests whose headers were complete, since the start.
    public var requests: Int
    /// Requests that are being received, handled or answered.
    public var activeRequests: Int
    /// Connections that are open, idle ones included.
    public var activeConnections: Int
}
