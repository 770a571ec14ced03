import Messaging

/// A bulk broadcast as the API shows it.
enum BroadcastJSON {
    /// A row of the list: everything but the texts.
    static func row(_ summary: BroadcastSummary) -> JSONValue {
        var object = members(summary.broadcast)
        object.append("messages", messages(summary.books))
        return .object(object)
    }

    static func details(_ broadcast: Broadcast, _ books: BroadcastCounts, _ adding: AddingProgress?) -> JSONValue {
        var object = members(broadcast)
        object.append("content", broadcast.templateID == nil ? content(broadcast.composition) : nil)
        object.append("adding", progress(adding))
        object.append("messages", messages(books))
        return .object(object)
    }

    static func stats(_ broadcast: Broadcast, _ books: BroadcastCounts, _ adding: AddingProgress?) -> JSONValue {
        [
            "status": .string(broadcast.status.rawValue), "receivers": JSONValue(broadcast.receiverCount),
            "adding": progress(adding), "messages": messages(books),
        ]
    }

    /// As a receiver stands: who it is, as it was kept, and what became of each message.
    static func receiver(_ outcome: ReceiverOutcome) -> JSONValue {
        let receiver = outcome.receiver
        func text(_ text: String) -> JSONValue { JSONValue(text.isEmpty ? nil : text) }
        let entity: JSONValue =
            receiver.entity.map {
                ["kind": .string($0.kind.rawValue), "external_id": .string($0.externalID), "name": .string($0.name)]
            } ?? nil
        let channel: JSONValue =
            receiver.subscription.map { ["id": JSONValue(id: $0.channelID), "name": text($0.channelName)] } ?? nil
        return [
            "id": JSONValue(id: receiver.id), "first_name": text(receiver.firstName),
            "last_name": text(receiver.lastName), "email": text(receiver.email), "mobile": text(receiver.mobile),
            "device": text(receiver.device),
            "origin": .string(receiver.origin.rawValue), "channel": channel, "entity": entity,
            "messages": .list(outcome.messages.map(message)),
        ]
    }

    private static func message(_ item: ReceiverOutcome.Item) -> JSONValue {
        [
            "id": JSONValue(id: item.id), "delivery_channel": .string(item.deliveryChannel.rawValue),
            "status": .string(item.status.rawValue), "error": JSONValue(item.error),
            "attempts": JSONValue(item.attempts), "sent_at": JSONValue(item.sentAt),
        ]
    }

    private static func members(_ broadcast: Broadcast) -> JSONObject {
        [
            "id": JSONValue(id: broadcast.id), "name": .string(broadcast.name),
            "status": .string(broadcast.status.rawValue), "template_id": JSONValue(id: broadcast.templateID),
            "template": JSONValue(broadcast.templateName),
            "delivery_channels": .list(broadcast.deliveryChannels.map { .string($0.rawValue) }),
            "when_unknown": .string(broadcast.whenUnknown.rawValue), "priority": .string(broadcast.priority.name),
            "receivers": JSONValue(broadcast.receiverCount), "version": JSONValue(Int(broadcast.version)),
            "send_at": JSONValue(broadcast.sendAt), "expires_at": JSONValue(broadcast.expiresAt),
            "created_at": JSONValue(broadcast.createdAt),
            "updated_at": JSONValue(broadcast.updatedAt), "created_by": JSONValue(broadcast.createdByName),
            "updated_by": JSONValue(broadcast.updatedByName),
        ]
    }

    private static func content(_ composition: Composition) -> JSONValue {
        let supported = BroadcastRequest.supported(composition)
        let email: JSONValue = [
            "subject": .string(composition.emailSubject), "html": .string(composition.emailHTML),
        ]
        return [
            "email": supported.contains(.email) ? email : nil,
            "sms": supported.contains(.sms) ? ["text": .string(composition.smsText)] : nil,
            "whatsapp": supported.contains(.whatsapp) ? ["text": .string(composition.whatsappText)] : nil,
            "push": notification(composition.push), "in_app": notification(composition.inApp),
        ]
    }

    private static func notification(_ part: MessageTemplateDraft.NotificationPart?) -> JSONValue {
        part.map {
            [
                "title": .string($0.title), "body": .string($0.body), "icon": .string($0.icon),
                "action_url": .string($0.actionURL),
            ]
        } ?? nil
    }

    static func progress(_ adding: AddingProgress?) -> JSONValue {
        adding.map { ["done": JSONValue($0.done), "total": $0.total.map { JSONValue($0) } ?? nil] } ?? nil
    }

    private static func messages(_ books: BroadcastCounts) -> JSONValue {
        var object: JSONObject = ["planned": JSONValue(books.planned)]
        for status in MessageStatus.outbound { object.append(status.rawValue, JSONValue(books[status])) }
        return .object(object)
    }
}
