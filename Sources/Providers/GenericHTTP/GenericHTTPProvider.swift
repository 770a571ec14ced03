import Messaging

/// Provider for custom gateways: any service that accepts a message as JSON by `POST`.
///
/// Request, with empty fields omitted:
///
/// ```
/// POST <address>
/// Authorization: Bearer <token>
/// Idempotency-Key: <id>
/// {"id": "1f.9k2…", "channel": "sms", "to": "+27821234567", "to_name": "Ada Lovelace", "from": "Club",
///  "subject": "…", "text": "…", "html": "…", "icon": "…", "action_url": "…",
///  "template": {"name": "…", "language": "en", "parameters": ["…"]}}
/// ```
///
/// `id` is the same for every attempt and unique to the installation.
///
/// | response | outcome |
/// |---|---|
/// | 2xx | accepted; `id` in a JSON body is stored as the gateway's message id |
/// | 429, 503 | deferred, throttled; `Retry-After` (seconds or a date) applies to all messages of the gateway |
/// | 3xx, 401, 403 | not handed over: account error; no further messages until it is fixed |
/// | 408, 425, other 5xx | deferred |
/// | 409, if the gateway supports idempotency keys | deferred: the first request with this key is still in progress |
/// | other 4xx | refused |
public struct GenericHTTPProvider: HTTPProvider {
    public static let kind = "generic_http"
    public static let formerKinds = ["http"]
    public static let title = "Your own gateway (HTTP)"
    public static let deliveryChannels: Set<DeliveryChannel> = [.sms, .whatsapp, .push, .voice, .email]
    public static let fields = GenericHTTPSettings.fields
    public static let capabilities = ProviderCapabilities()

    let settings: GenericHTTPSettings
    private let channel: DeliveryChannel

    public init(account: ProviderAccount) throws(InvalidSettings) {
        settings = try GenericHTTPSettings(account.settings)
        channel = account.deliveryChannel
    }

    public var fromAddress: String { settings.from }
    public var maxConnections: Int { settings.maxConnections }
    public var rates: RateLimits { settings.rates }
    public var capabilities: ProviderCapabilities {
        ProviderCapabilities(repeatsSafely: settings.recognisesKeys, givesReceipts: takesWebhooks)
    }
    /// Idempotency keys are scoped to the gateway's user.
    public var keyScope: String? {
        settings.recognisesKeys ? "\(settings.endpoint.url)\n\(settings.token)" : nil
    }
    public var typedHost: (host: String, field: String)? { (settings.endpoint.host, "url") }
    public var endpoint: HTTPEndpoint { settings.endpoint }
    public var secrets: [String] { [settings.token] }

    public func transfer(for outbound: OutboundMessage) throws(MessageRefused) -> Transfer {
        var headers = [
            HTTPHeader("Content-Type", "application/json"), HTTPHeader("Accept", "application/json"),
            HTTPHeader("User-Agent", "Switchboard"), HTTPHeader("Idempotency-Key", outbound.messageToken),
        ]
        if !settings.token.isEmpty { headers.append(HTTPHeader("Authorization", "Bearer \(settings.token)")) }
        return .http(
            HTTPTransfer(
                url: settings.endpoint.url, headers: headers, body: MessageBody(Array(body(of: outbound).json.utf8)),
                timeLimit: settings.timeLimit))
    }

    private func body(of outbound: OutboundMessage) -> MergeValue {
        let texts = [
            "id": outbound.messageToken, "channel": outbound.deliveryChannel.rawValue, "to": outbound.address,
            "to_name": outbound.recipientName, "from": settings.from, "subject": outbound.subject,
            "text": outbound.text, "html": outbound.html, "icon": outbound.extras.icon,
            "action_url": outbound.extras.actionURL,
        ]
        var fields = texts.filter { !$0.value.isEmpty }.mapValues { MergeValue.string($0) }
        if let approved = outbound.extras.approved {
            fields["template"] = [
                "name": .string(approved.name), "language": .string(approved.language),
                "parameters": .list(approved.parameters.map { .string($0) }),
            ]
        }
        return .object(fields)
    }

    public func outcome(of reply: HTTPResponse) -> Outcome {
        let words = words(of: reply)
        switch reply.status {
        case 200...299:
            return .accepted(reference: Self.reference(in: reply.body), detail: words)
        case 300...399:
            let target = reply[header: "Location"].map { " to \(hidingSecrets(OneLine.of($0)))" } ?? " elsewhere"
            return .notHandedOver(detail: "The gateway sends us\(target.prefix(300)), which is not followed: \(words)")
        case 401, 403:
            return .notHandedOver(detail: "The gateway does not accept the token: \(words)")
        case 429, 503:
            return .deferred(reason: .throttled, retryAfter: RetryAfter.of(reply), detail: words)
        case 408, 425, 500...:
            return .deferred(reason: .transient, retryAfter: RetryAfter.of(reply), detail: words)
        case 409 where settings.recognisesKeys:
            return .deferred(reason: .transient, retryAfter: RetryAfter.of(reply), detail: words)
        default:
            return .refused(detail: words, addressIsDead: false)
        }
    }

    /// Maximum length of a gateway's message id, in bytes.
    private static let longestReference = 200

    private static func reference(in body: [UInt8]) -> String {
        guard body.first(where: { $0 > 32 }) == UInt8(ascii: "{"),
            let response = try? MergeValue(json: String(decoding: body, as: UTF8.self))
        else { return "" }
        let name = OneLine.of(response[path: "id"]?.text ?? "")
        return name.utf8.count <= longestReference ? name : ""
    }
}
