import Foundation
import HTTPServing
import Logging
import Messaging

/// The whole site as one function from request to reply; plugs into `HTTPServing.Server`.
///
/// A request passes, in this order: route, module, who is asking, permission, forgery check, body, handler. Whatever throws on
/// the way becomes a page (or a problem document) in `Failure`.
public struct Site: Sendable {
    private let parts: SiteParts
    private let authenticator: Authenticator

    /// Throws when a template cannot be parsed or a trusted proxy cannot be understood.
    public init(services: Services, configuration: SiteConfiguration) throws {
        let pages = try Pages(folder: configuration.templates, reload: configuration.reload)
        try self.init(services: services, configuration: configuration, pages: pages)
    }

    /// With templates that were read before.
    init(services: Services, configuration: SiteConfiguration, pages: Pages) throws {
        parts = try SiteParts(services: services, configuration: configuration, pages: pages)
        authenticator = Authenticator(site: parts)
    }

    public func reply(to request: Request) -> Reply {
        switch parts.router.match(request.method, request.path) {
        case .found(let route, let parameters):
            var request = request
            request.parameters = parameters
            return reply(to: request, route)
        case .notFound: return .now(failed(Failure.notFound, request, .missing, trace(request, .missing)))
        case .methodNotAllowed(let allowed):
            return .now(failed(Failure.methodNotAllowed(allowed), request, .missing, trace(request, .missing)))
        }
    }

    private func reply(to request: Request, _ route: Route) -> Reply {
        let trace = trace(request, route)
        do {
            guard parts.modules.isOn(route.module) else { throw Failure.notFound }
            let context = try authenticator.admit(request, route, trace.id)
            switch try route.handler(context) {
            case .now(let response): return .now(finish(response, route, trace))
            case .later(let work): return .later { answer(work, request, route, trace) }
            case .waiting(let work): return .waiting { answer(work, request, route, trace) }
            }
        } catch {
            return .now(failed(error, request, route, trace))
        }
    }

    private func answer(
        _ work: @Sendable () throws -> Response, _ request: Request, _ route: Route, _ trace: Trace
    ) -> Response {
        do {
            return finish(try work(), route, trace)
        } catch {
            return failed(error, request, route, trace)
        }
    }

    /// The answer to a target that needs no request to be looked at.
    public func fixedResponse(to target: String) -> FixedResponse? { parts.fixed.answer(to: target) }

    /// How many bytes of body the route at this path takes.
    public func bodyLimit(for head: RequestHead) -> Int {
        guard case .found(let route, _) = parts.router.match(head.method, head.path) else { return Self.strayBody }
        return route.bodyLimit ?? Self.ordinaryBody
    }

    /// Whether the route at this path wants its body as a file.
    public func spoolsBody(of head: RequestHead) -> Bool {
        guard case .found(let route, _) = parts.router.match(head.method, head.path) else { return false }
        return route.spoolsBody
    }

    /// Whether the route at this path wants a form as the bytes it was sent as.
    public func keepsRawBody(of head: RequestHead) -> Bool {
        guard case .found(let route, _) = parts.router.match(head.method, head.path) else { return false }
        return route.keepsRawBody
    }

    /// The page for a request that never became one: too large, unreadable, too many.
    public func refusal(_ head: RequestHead, status: Int, message: String) -> Response {
        let request = Request(
            method: head.method, path: head.path, headers: head.headers, remoteAddress: head.remoteAddress)
        let failure = Failure(status, "The request was refused", message)
        return failed(failure, request, .missing, trace(request, .missing))
    }

    /// A page of forms never holds more than this, and a bigger one would be kept in memory for nothing.
    private static let ordinaryBody = 1024 * 1024
    /// A body for an address that takes none: read so that the answer reaches whoever sent it.
    private static let strayBody = 64 * 1024

    private struct Trace: Sendable {
        var id: String
        var method: Method
        var pattern: String
        var started: ContinuousClock.Instant
    }

    private func trace(_ request: Request, _ route: Route) -> Trace {
        Trace(
            id: Secrets.base64URL(parts.services.randomBytes(9)), method: request.method, pattern: route.pattern,
            started: .now)
    }

    private func failed(_ error: any Error, _ request: Request, _ route: Route, _ trace: Trace) -> Response {
        if case let wanted as SignInWanted = error { return finish(wanted.response, route, trace) }
        let failure = Failure(error)
        if failure.isUnexpected {
            parts.services.logger.error("unexpected error", metadata: ["request": "\(trace.id)", "error": "\(error)"])
        }
        var plain = route
        plain.policy = route.face == .program ? .data : .page
        let response =
            isForProgram(request, route)
            ? ProblemDocument.response(failure, requestID: trace.id)
            : FailurePage.response(failure, request, parts, authenticator, requestID: trace.id)
        return finish(response, plain, trace)
    }

    private func isForProgram(_ request: Request, _ route: Route) -> Bool {
        route.face == .program || request.path.hasPrefix("/api/") || request.path.hasPrefix(Paths.hooks + "/")
            || request.headers["Accept"]?.hasPrefix("application/json") == true
    }

    private func finish(_ response: Response, _ route: Route, _ trace: Trace) -> Response {
        var response = response
        parts.headers.apply(route.policy, to: &response)
        response.headers["X-Request-Id"] = trace.id
        let milliseconds = (ContinuousClock.now - trace.started).milliseconds
        parts.services.logger.info(
            "request",
            metadata: [
                "method": "\(trace.method)", "route": "\(trace.pattern)", "status": "\(response.status)",
                "ms": "\(milliseconds)", "request": "\(trace.id)",
            ])
        return response
    }
}
