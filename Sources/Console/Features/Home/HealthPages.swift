import HTTPServing

/// What machines ask: alive, ready, how much.
enum HealthPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.healthz, .open, face: .anybody, policy: .data) { _ in .text("ok\n") },
            Route(
                .get, Paths.readyz, .open, face: .anybody, policy: .data,
                answer: { context in .later { ready(context) } }),
            Route(.get, Paths.metrics, .open, face: .program, policy: .data) { context in try metrics(context) },
        ]
    }

    /// Asks the store to write, which may wait for the disk: not on a thread that serves others.
    private static func ready(_ context: RequestContext) -> Response {
        let health = context.services.health()
        let lines = [
            "store: \(health.storeWritable ? "writable" : "not writable")",
            "delivery: \(health.loopRunning ? "running" : "not running")", health.detail,
        ]
        let text = lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
        return .text(text, status: health.isReady ? 200 : 503)
    }

    /// Open to this machine itself and to any token; a proxy that passes strangers on is not this machine.
    private static func metrics(_ context: RequestContext) throws -> Response {
        let isLocal = ClientAddress.isLoopback(context.client.text) && !context.client.hasUntrustedForwarding
        guard isLocal || context.principal.isKnown else { throw Failure.unauthorised }
        var response = Response.text(context.services.metricsText())
        response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
        return response
    }
}
