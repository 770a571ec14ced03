import HTTPServing

/// What machines ask: alive, ready, how much.
enum ProbePages {
    static var routes: [Route] {
        [
            Route(.get, Paths.healthz, .open, face: .anybody, policy: .data) { _ in .text("ok\n") },
            Route(
                .get, Paths.readyz, .open, face: .anybody, policy: .data, answer: { visit in .later { ready(visit) } }),
            Route(.get, Paths.metrics, .open, face: .program, policy: .data) { visit in try metrics(visit) },
        ]
    }

    /// Asks the store to write, which may wait for the disk: not on a thread that serves others.
    private static func ready(_ visit: Visit) -> Response {
        let health = visit.services.health()
        let lines = [
            "store: \(health.storeWritable ? "writable" : "not writable")",
            "delivery: \(health.loopRunning ? "running" : "not running")", health.detail,
        ]
        let text = lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
        return .text(text, status: health.isReady ? 200 : 503)
    }

    /// Open to this machine itself and to any token; a proxy that passes strangers on is not this machine.
    private static func metrics(_ visit: Visit) throws -> Response {
        let isLocal = ClientAddress.isLoopback(visit.client.text) && !visit.client.hasUntrustedForwarding
        guard isLocal || visit.principal.isKnown else { throw Failure.unauthorised }
        var response = Response.text(visit.services.metricsText())
        response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
        return response
    }
}
