import HTTPServing
import Messaging
import Storage
import Synchronization

/// Serves `/metrics` in the Prometheus text format 0.0.4.
final class Metrics: Sendable {
    private let store: Store
    private let delivery: Delivery?
    private let server = Mutex<Server?>(nil)

    init(store: Store, delivery: Delivery?) {
        self.store = store
        self.delivery = delivery
    }

    func watch(_ server: Server) { self.server.withLock { $0 = server } }

    func text() -> String {
        var lines: [String] = []
        func add(_ name: String, _ kind: String, _ help: String, _ samples: [(labels: String, value: Int64)]) {
            lines.append("# HELP switchboard_\(name) \(help)")
            lines.append("# TYPE switchboard_\(name) \(kind)")
            for sample in samples { lines.append("switchboard_\(name)\(sample.labels) \(sample.value)") }
        }
        if let overview = try? store.overview(at: .now()) {
            add(
                "messages", "gauge", "Messages by status.",
                MessageStatus.allCases.map { ("{status=\"\($0.rawValue)\"}", Int64(overview.counts[$0] ?? 0)) })
            let oldest = overview.oldestDue.map { max(0, (Timestamp.now() - $0).milliseconds / 1000) } ?? 0
            add("oldest_due_seconds", "gauge", "Age of the oldest due message that is waiting.", [("", oldest)])
            add(
                "scheduled_broadcasts", "gauge", "Scheduled broadcasts.",
                [("", Int64(overview.scheduledBroadcasts))])
        }
        if let reading = delivery?.meter.current {
            let outcomes = reading.outcomes.sorted {
                ($0.key.providerID, $0.key.result.rawValue) < ($1.key.providerID, $1.key.result.rawValue)
            }
            add(
                "attempts_total", "counter", "Finished hand-offs by provider and result.",
                outcomes.map {
                    ("{provider=\"\($0.key.providerID)\",result=\"\($0.key.result.rawValue)\"}", Int64($0.value))
                })
            add("in_flight", "gauge", "Hand-offs in progress.", [("", Int64(reading.inFlight))])
            add(
                "refused_transitions_total", "counter", "Status changes that the transition table refused.",
                [("", Int64(reading.refusedTransitions))])
            add(
                "store_failures_total", "counter", "Steps of the delivery loop that failed in the store.",
                [("", Int64(reading.storeFailures))])
            let lag = reading.lastStepAt.map { max(0, (Timestamp.now() - $0).milliseconds) } ?? 0
            add("loop_lag_milliseconds", "gauge", "Time since the delivery loop's last step.", [("", lag)])
        }
        lines += commits()
        if let metrics = server.withLock({ $0?.metrics }) {
            add("http_requests_total", "counter", "Requests answered.", [("", Int64(metrics.requests))])
            add("http_active_requests", "gauge", "Requests in progress.", [("", Int64(metrics.activeRequests))])
            add("http_connections", "gauge", "Open connections.", [("", Int64(metrics.activeConnections))])
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Histogram buckets are cumulative.
    private func commits() -> [String] {
        let reading = store.meter.current
        let name = "switchboard_store_commit_seconds"
        var lines = ["# HELP \(name) Duration of a commit, including the write to disk.", "# TYPE \(name) histogram"]
        var below = 0
        for (bound, count) in zip(StoreMeter.bounds, reading.counts) {
            below += count
            lines.append("\(name)_bucket{le=\"\(Double(bound) / 1000)\"} \(below)")
        }
        let (seconds, attoseconds) = reading.total.components
        lines.append("\(name)_bucket{le=\"+Inf\"} \(reading.commits)")
        lines.append("\(name)_sum \(Double(seconds) + Double(attoseconds) / 1e18)")
        lines.append("\(name)_count \(reading.commits)")
        lines.append("# HELP switchboard_store_commit_failures_total Failed commits.")
        lines.append("# TYPE switchboard_store_commit_failures_total counter")
        lines.append("switchboard_store_commit_failures_total \(reading.failures)")
        return lines
    }
}
