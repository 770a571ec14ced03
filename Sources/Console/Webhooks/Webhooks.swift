import HTTPServing
import Messaging

/// `POST /hooks/{provider id}/receipts` and `/inbound`: what providers send us. The signature over the raw body is the
/// authority; there is no session, no token and no form to forge.
///
/// A request is answered as soon as it is on disk, before anything of it is parsed: a body that makes no sense is our
/// trouble, and must not be sent again and again. Whatever is not taken is answered alike, so that nobody learns which
/// providers there are.
enum Webhooks {
    /// Some hundred events; no gateway sends more at once.
    private static let bodyLimit = 256 * 1024
    /// Headers kept with an event: those that signatures and formats need.
    private static let kept: Set<String> = [
        "content-type", "user-agent", "webhook-id", "webhook-timestamp", "webhook-signature",
    ]

    static var routes: [Route] {
        WebhookKind.allCases.map { kind in
            var route = Route(
                .post, Paths.hook("{id}", kind), .open, face: .anybody, bodyLimit: bodyLimit, policy: .data,
                answer: { context in .waiting { try take(context, kind) } })
            // Signatures are over the bytes, also where they are a form.
            route.keepsRawBody = true
            return route
        }
    }

    private static func take(_ context: RequestContext, _ kind: WebhookKind) throws -> Response {
        if let problem = context.request.bodyProblem { throw Failure.bodyProblem(problem) }
        let (parts, id) = (context.site, try context.id())
        // Only those accepted count for a provider, so nobody else can use up what it may send.
        if let wait = parts.webhooks.take(context.client.text, at: context.now)
            ?? parts.webhooksOfProviders.wait("\(id)", at: context.now)
        {
            throw Failure.tooMany(retryAfter: wait)
        }
        let headers = context.request.headers.pairs.filter { kept.contains($0.name.lowercased()) }
        let request = WebhookRequest(
            kind: kind, headers: headers.map { HTTPHeader($0.name, $0.value) }, query: query(context.request),
            body: context.request.body, receivedAt: context.now)
        do {
            try context.perform(ReceiveWebhook(request, from: id))
        } catch is WebhookRefused {
            if let wait = parts.webhookGuesses.take(context.client.text, at: context.now) {
                throw Failure.tooMany(retryAfter: wait)
            }
            throw Failure(401, "The signature is not valid", "Check the signing secret, the clock and the address.")
        }
        _ = parts.webhooksOfProviders.take("\(id)", at: context.now)
        return Response(status: 202)
    }

    private static func query(_ request: Request) -> String {
        request.rawTarget.firstIndex(of: "?").map { String(request.rawTarget[$0...].dropFirst()) } ?? ""
    }
}

extension Paths {
    static let hooks = "/hooks"
    static func hook(_ provider: any Part, _ kind: WebhookKind) -> String { "\(hooks)/\(provider)/\(kind.rawValue)" }
}
