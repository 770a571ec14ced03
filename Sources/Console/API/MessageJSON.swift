import Messaging

/// A message as the API shows it.
enum MessageJSON {
    /// A row of the list.
    static func row(_ row: MessageRow) -> JSONValue { .object(members(row, subject: nil)) }

    /// One message with its content as the receiver got it, its attempts and its receipts.
    static func details(_ details: MessageDetails, _ links: UnsubscribeLinks?) -> JSONValue {
        var object = object(
            details.row, rendered(details.content, details.merge, messageID: details.row.id, links),
            expiresAt: details.expiresAt, sentBy: details.sentBy)
        object.append("attempts", .list(details.attempts.map(attempt)))
        object.append("receipts", .list(details.receipts.map(receipt)))
        object.append("decisions", .list(details.decisions.map(decision)))
        object.append("thread_id", JSONValue(id: details.threadID))
        return .object(object)
    }

    /// A message that was written this moment, as `details` shows it: nothing happened to it yet.
    static func accepted(
        _ message: AcceptedMessage, of single: SingleMessage, sentBy: String?, _ links: UnsubscribeLinks?
    ) -> JSONValue {
        var object = object(
            message.row, rendered(single.content, message.merge, messageID: message.id, links),
            expiresAt: single.expiresAt, sentBy: sentBy)
        for name in ["attempts", "receipts", "decisions"] { object.append(name, .list([])) }
        object.append("thread_id", .null)
        return .object(object)
    }

    private static func object(
        _ row: MessageRow, _ rendered: RenderedContent, expiresAt: Timestamp?, sentBy: String?
    ) -> JSONObject {
        var row = row
        if row.deliveryChannel == .email, !rendered.subject.isEmpty { row.subject = rendered.subject }
        let subject = rendered.subject.isEmpty ? nil : rendered.subject
        var object = members(row, subject: subject)
        object.append("expires_at", JSONValue(expiresAt))
        object.append("sent_by", JSONValue(sentBy))
        object.append("content", content(rendered))
        return object
    }

    private static func content(_ rendered: RenderedContent) -> JSONValue {
        var object: JSONObject = [
            "subject": JSONValue(rendered.subject.isEmpty ? nil : rendered.subject),
            "html": JSONValue(rendered.html.isEmpty ? nil : rendered.html), "text": .string(rendered.text),
        ]
        let extras = rendered.extras
        if !extras.icon.isEmpty { object.append("icon", .string(extras.icon)) }
        if !extras.actionURL.isEmpty { object.append("action_url", .string(extras.actionURL)) }
        if let approved = extras.approved {
            object.append(
                "provider_template",
                [
                    "name": .string(approved.name), "language": .string(approved.language),
                    "parameters": .list(approved.parameters.map(JSONValue.string)),
                ])
        }
        return .object(object)
    }

    /// `subject`: of a notification, whose row only has the summary.
    private static func members(_ row: MessageRow, subject: String?) -> JSONObject {
        [
            "id": JSONValue(id: row.id), "status": .string(row.status.rawValue),
            "delivery_channel": .string(row.deliveryChannel.rawValue), "direction": .string(row.direction.rawValue),
            "type": .string(row.type.rawValue), "to": recipient(row),
            "subject": JSONValue(row.deliveryChannel == .email ? row.subject : subject),
            "summary": .string(row.subject), "created_at": JSONValue(row.createdAt), "due_at": JSONValue(row.dueAt),
            "sent_at": JSONValue(row.sentAt), "delivered_at": JSONValue(row.deliveredAt),
            "settled_at": JSONValue(row.settledAt), "error": JSONValue(row.error),
            "provider": JSONValue(row.providerName), "sandbox": .bool(row.isSandbox),
            "broadcast_id": JSONValue(id: row.broadcastID),
        ]
    }

    private static func recipient(_ row: MessageRow) -> JSONValue {
        let kind = row.deliveryChannel.addressKind
        var object = JSONObject()
        // An in-app address is the record below.
        if kind != .entity { object.append(kind.rawValue, JSONValue(row.address.isEmpty ? nil : row.address)) }
        object.append("name", JSONValue(row.recipientName.isEmpty ? nil : row.recipientName))
        if let entity = row.entity {
            object.append(
                "entity", ["kind": .string(entity.kind.rawValue), "external_id": .string(entity.externalID)])
        }
        return .object(object)
    }

    private static func attempt(_ attempt: Attempt) -> JSONValue {
        [
            "number": JSONValue(attempt.number), "at": JSONValue(attempt.startedAt),
            "ended_at": JSONValue(attempt.endedAt), "provider": .string(attempt.providerName),
            "outcome": JSONValue(attempt.result?.rawValue), "detail": .string(attempt.detail),
        ]
    }

    private static func decision(_ decision: Decision) -> JSONValue {
        [
            "at": JSONValue(decision.at), "event": .string(decision.word), "by": JSONValue(decision.by),
        ]
    }

    private static func receipt(_ receipt: Receipt) -> JSONValue {
        ["at": JSONValue(receipt.at), "state": .string(receipt.state.rawValue), "detail": .string(receipt.detail)]
    }

    /// An erased or inbound message has nothing to merge; what cannot be rendered is shown as it was written.
    private static func rendered(
        _ content: Content, _ merge: MergeValues, messageID: Int64, _ links: UnsubscribeLinks?
    ) -> RenderedContent {
        guard let renderer = try? ContentRenderer(content) else { return RenderedContent(unmerged: content) }
        let url = renderer.asksForUnsubscribing ? links?.link(ofMessage: messageID).url : nil
        return (try? renderer.render(renderer.values(merge, unsubscribe: url))) ?? RenderedContent(unmerged: content)
    }
}
