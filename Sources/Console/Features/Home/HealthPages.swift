import HTTPServing

/// Endpoints for monitoring: liveness, readiness and metrics.
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

    /// Checks that the store is writable. May wait for the disk, so it runs on a background thread.
    private static func ready(_ context: RequestContext) -> Response {
        let health = context.services.health()
        let lines = [
            "store: \(health.storeWritable ? "writable" : "not writable")",
            "delivery: \(health.loopRunning ? "running" : "not running")", health.detail,
        ]
        let text = lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
        return .text(text, status: health.isReady ? 200 : 503)
    }

    /// Accessible from the local machine and with any token; proxied requests do not count as local.
    private static func metrics(_ context: RequestContext) throws -> Response {
        let isLocal = ClientAddress.isLoopback(context.client.text) && !context.client.hasUntrustedForwarding
        guard isLocal || context.principal.isKnown else { throw Failure.unauthorised }
        var response = Response.text(context.services.metricsText())
        response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
        return response
    }
}
