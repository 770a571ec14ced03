import Foundation
import HTTPServing
import Messaging

/// What `POST /messages` asks for, checked as a whole.
struct MessageRequest: Sendable {
    var message: SingleMessage

    private static let notYet = [
        ("template", "Message templates are not available yet; send subject, html and text."),
        ("wrapper", "Email wrappers are not available yet."),
        ("attachments", "Attachments are not available yet."),
        ("fallback", "Fallback to another delivery channel is not available yet."),
    ]

    static func read(_ visit: Visit, _ body: BodyReader) throws -> MessageRequest {
        var body = body
        guard let channel = deliveryChannel(&body) else { throw Failure.invalid(body.problems) }
        try visit.require(MessagesAPI.permission(for: channel))
        for (name, words) in notYet where body.value(name) != nil { body.reject(name, words) }
        let variables = variables(&body)
        let receiver = try receiver(&body, channel, visit, variables)
        let renderer = content(&body, channel)
        let type = type(&body)
        let priority = priority(&body)
        let (sendAt, expiresAt) = times(&body, now: visit.now)
        body.rejectUnknown()
        if body.problems.isEmpty, let renderer, let receiver {
            rejectMissing(of: renderer, for: receiver, &body)
        }
        guard body.problems.isEmpty, let renderer, let receiver else { throw Failure.invalid(body.problems) }
        let message = SingleMessage(
            origin: .api, content: renderer.content, receiver: receiver.receiver, variables: variables, type: type,
            priority: priority, sendAt: sendAt, expiresAt: expiresAt, sentBy: visit.principal.userID)
        return MessageRequest(message: message)
    }

    private static func deliveryChannel(_ body: inout BodyReader) -> DeliveryChannel? {
        guard let name = body.text("delivery_channel") else {
            if body.problems.isEmpty { body.reject("delivery_channel", "Say how: email, sms or whatsapp.") }
            return nil
        }
        guard let channel = DeliveryChannel(rawValue: name) else {
            body.reject("delivery_channel", "There is no such delivery channel. Use email, sms or whatsapp.")
            return nil
        }
        guard DeliveryChannel.composable.contains(channel) else {
            body.reject("delivery_channel", "\(channel.title) is not available yet. Use email, sms or whatsapp.")
            return nil
        }
        return channel
    }

    // MARK: Content

    private static func content(_ body: inout BodyReader, _ channel: DeliveryChannel) -> ContentRenderer? {
        let subject = body.line("subject", limit: ContentLimits.subject)
        let (html, text) = (body.text("html"), body.text("text"))
        let before = body.problems.count
        let content: Content
        if channel == .email {
            if (subject ?? "").isEmpty, !body.rejected("subject") {
                body.reject("subject", "An email needs a subject.")
            }
            if isBlank(html), isBlank(text) { body.reject("html", "An email needs html, text or both.") }
            content = Content(
                deliveryChannel: .email, subject: subject ?? "",
                html: EmailDocument.around(HTMLSanitizer.clean(html ?? "")),
                text: isBlank(text) ? PlainText.from(html: html ?? "") : text ?? "")
        } else {
            if subject != nil { body.reject("subject", "\(channel.title) has no subject.") }
            if html != nil { body.reject("html", "\(channel.title) has no HTML; send text.") }
            if isBlank(text), !body.rejected("text") {
                body.reject("text", "A \(channel.title) message needs a text.")
            }
            if let words = ContentLimits.problem(with: text ?? "", for: channel) { body.reject("text", words) }
            content = Content(deliveryChannel: channel, text: text ?? "")
        }
        guard body.problems.count == before else { return nil }
        do {
            return try ContentRenderer(content)
        } catch {
            for (field, words) in error.problems { body.reject(field.rawValue, words) }
            return nil
        }
    }

    private static func isBlank(_ text: String?) -> Bool { (text ?? "").allSatisfy(\.isWhitespace) }

    /// A gap in a message is never silent: what the content asks for and nobody gave is named.
    private static func rejectMissing(
        of renderer: ContentRenderer, for receiver: FanOutReceiver, _ body: inout BodyReader
    ) {
        do {
            let values = MergeContext.values(for: receiver)
            for path in try renderer.missing(in: values) {
                body.reject(
                    "variables.\(path)",
                    "{{\(path)}} has no value for this receiver. Give one, or put a section around it.")
            }
            _ = try renderer.render(values)
        } catch {
            body.reject("variables", (error as? MergeTemplateError)?.message ?? "The message cannot be made.")
        }
    }

    private static func variables(_ body: inout BodyReader) -> MergeValues {
        guard let object = body.object("variables") else { return MergeValues() }
        let values = MergeValues(object.mergeMembers)
        // The store keeps them and reads them again within the same bound.
        if values.json.utf8.count > MergeValue.maximumBytes {
            body.reject("variables", "Together they are larger than \(MergeValue.maximumBytes / 1024) KB.")
        }
        return values
    }

    // MARK: Receiver

    private static func receiver(
        _ body: inout BodyReader, _ channel: DeliveryChannel, _ visit: Visit, _ variables: MergeValues
    ) throws -> FanOutReceiver? {
        guard var to = body.nested("to") else {
            if !body.rejected("to") { body.reject("to", "Say to whom.") }
            return nil
        }
        let receiver = try RecipientRequest.read(&to, channel, visit)
        to.rejectUnknown()
        body.take(problemsOf: to)
        guard var receiver, to.problems.isEmpty else { return nil }
        receiver.variables = variables
        return receiver
    }

    // MARK: The rest

    private static func type(_ body: inout BodyReader) -> MessageType {
        guard let text = body.text("type") else { return .manual }
        if let type = MessageType(checking: text) { return type }
        body.reject("type", "1 to 40 lower-case letters, digits and _.")
        return .manual
    }

    private static func priority(_ body: inout BodyReader) -> Priority {
        guard let text = body.text("priority") else { return .normal }
        if let priority = Priority(name: text) { return priority }
        body.reject("priority", "This must be low, normal, high or urgent.")
        return .normal
    }

    /// A time that has come already means now; one within the next minute is refused, because nobody can tell whether
    /// it was meant as now.
    private static func times(_ body: inout BodyReader, now: Timestamp) -> (sendAt: Timestamp?, expiresAt: Timestamp?) {
        var sendAt = body.time("send_at")
        if let moment = sendAt {
            if moment <= now {
                sendAt = nil
            } else if let words = ScheduleRule(now: now).problem(with: moment) {
                body.reject("send_at", words)
            }
        }
        let expiresAt = body.time("expires_at")
        if let expiresAt, expiresAt <= sendAt ?? now {
            body.reject("expires_at", "This must be after the message is due.")
        }
        return (sendAt, expiresAt)
    }
}
