import Messaging

/// Receipts and replies from a gateway: one JSON object or an array of them, signed according to Standard Webhooks.
///
/// ```
/// POST /hooks/7/receipts   {"id": "gw-7", "state": "delivered", "at": "2026-12-24T08:00:00Z", "detail": "…"}
/// POST /hooks/7/inbound    {"id": "in-1", "from": "+27821234567", "to": "+27820000000", "text": "Yes", "at": "…",
///                           "in_reply_to": "gw-7"}
/// ```
///
/// A receipt's `id`, and `in_reply_to`, are either the gateway's own message id from its 2xx response or the `id` of
/// the request. `at` is the time of the event and defaults to the time of receipt. An invalid element does not affect
/// the others.
extension GenericHTTPProvider: WebhookReceiving {
    /// Maximum events per request.
    private static let most = 1000
    /// Maximum text in bytes, far above the longest message of any gateway.
    private static let longestText = 64 * 1024

    public var takesWebhooks: Bool { settings.webhooks != nil }

    public func verify(_ request: WebhookRequest) throws(WebhookRefused) -> String {
        guard let webhooks = settings.webhooks else { throw .unknown }
        return try webhooks.verify(request)
    }

    public func read(_ request: WebhookRequest) throws(WebhookUnreadable) -> WebhookReading {
        let body: MergeValue
        do {
            guard let text = String(validating: request.body, as: UTF8.self) else {
                throw WebhookUnreadable("The body is not UTF-8.")
            }
            body = try MergeValue(json: text)
        } catch {
            throw WebhookUnreadable("The body is not valid JSON.")
        }
        let items: [MergeValue] = if case .list(let list) = body { list } else { [body] }
        guard items.count <= Self.most else {
            throw WebhookUnreadable("More than \(Self.most) events in one request.")
        }
        var reading = WebhookReading()
        for (place, item) in items.enumerated() {
            do throws(WebhookUnreadable) {
                reading.events.append(
                    try request.kind == .receipts ? receipt(item, request) : inbound(item, request))
            } catch {
                reading.refused.append("Item \(place + 1): \(error.reason)")
            }
        }
        return reading
    }

    private func receipt(_ item: MergeValue, _ request: WebhookRequest) throws(WebhookUnreadable) -> WebhookEvent {
        guard let state = Receipt.State(rawValue: item[path: "state"]?.text ?? "") else {
            throw WebhookUnreadable("“state” must be delivered, opened, read or failed.")
        }
        return .receipt(
            reference: try name("id", of: item), state: state, at: try time(item, request),
            detail: OneLine.of(String((item[path: "detail"]?.text ?? "").prefix(1000))))
    }

    private func inbound(_ item: MergeValue, _ request: WebhookRequest) throws(WebhookUnreadable) -> WebhookEvent {
        let (from, text) = (item[path: "from"]?.text ?? "", item[path: "text"]?.text ?? "")
        guard !from.isEmpty, from.utf8.count <= Self.longestName else {
            throw WebhookUnreadable("“from” must be an address of at most \(Self.longestName) bytes.")
        }
        guard text.utf8.count <= Self.longestText else {
            throw WebhookUnreadable("“text” must be at most \(Self.longestText) bytes long.")
        }
        return .inbound(
            reference: try name("id", of: item), from: from,
            to: OneLine.of(String((item[path: "to"]?.text ?? "").prefix(Self.longestName))), text: text,
            at: try time(item, request),
            inReplyTo: item[path: "in_reply_to"].flatMap { $0.text.isEmpty ? nil : $0.text })
    }

    private static let longestName = 200

    private func name(_ field: String, of item: MergeValue) throws(WebhookUnreadable) -> String {
        let name = item[path: field]?.text ?? ""
        guard !name.isEmpty, name.utf8.count <= Self.longestName else {
            throw WebhookUnreadable("“\(field)” must be a name of 1 to \(Self.longestName) bytes.")
        }
        return name
    }

    private func time(_ item: MergeValue, _ request: WebhookRequest) throws(WebhookUnreadable) -> Timestamp {
        guard let text = item[path: "at"]?.text, !text.isEmpty else { return request.receivedAt }
        guard let time = Timestamp(rfc3339: text) else {
            throw WebhookUnreadable("“at” must be a time such as 2026-12-24T08:00:00Z.")
        }
        return time
    }
}
