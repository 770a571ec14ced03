/// Snapshot of the server's counters.
public struct ServerMetrics: Sendable, Equatable {
    /// Requests with complete headers since the start.
    public var requests: Int
    /// Requests being received, handled or answered.
    public var activeRequests: Int
    /// Open connections, idle ones included.
    public var activeConnections: Int
}
