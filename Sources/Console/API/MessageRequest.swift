import Foundation
import HTTPServing
import Messaging

/// What `POST /messages` asks for, checked as a whole.
struct MessageRequest: Sendable {
    var message: SingleMessage
    let merge: SendMessage.Merge

    private static let notYet = [
        ("attachments", "Attachments are not available yet."),
        ("fallback", "Fallback to another delivery channel is not available yet."),
    ]

    static func read(_ context: RequestContext, _ body: BodyReader) throws -> MessageRequest {
        var body = body
        guard let channel = deliveryChannel(&body) else { throw Failure.invalid(body.problems) }
        try context.require(channel.sendPermission)
        for (name, words) in notYet where body.value(name) != nil { body.reject(name, words) }
        let variables = variables(&body)
        let receiver = try receiver(&body, channel, context, variables)
        let template = try template(&body, channel, context)
        let wrapper = try wrapper(&body, channel, context)
        let renderer =
            if let template {
                try content(of: template, &body, channel, wrapper, context)
            } else {
                try content(&body, channel, wrapper, context)
            }
        let type = type(&body)
        let priority = priority(&body) ?? template?.priority ?? .normal
        let (sendAt, expiresAt) = times(&body, now: context.now)
        body.rejectUnknown()
        guard body.problems.isEmpty, let renderer, let receiver else { throw Failure.invalid(body.problems) }
        let message = SingleMessage(
            origin: .api, content: renderer.content, receiver: receiver.receiver, variables: variables, type: type,
            priority: priority, sendAt: sendAt, expiresAt: expiresAt,
            providerID: template?.draft.composition[provider: channel])
        return MessageRequest(message: message, merge: SendMessage.Merge(renderer, for: receiver))
    }

    private static let ways = API.ways("or")

    private static func deliveryChannel(_ body: inout BodyReader) -> DeliveryChannel? {
        guard let name = body.text("delivery_channel") else {
            if body.problems.isEmpty { body.reject("delivery_channel", "Say how: \(ways).") }
            return nil
        }
        guard let channel = DeliveryChannel(rawValue: name) else {
            body.reject("delivery_channel", "There is no such delivery channel. Use \(ways).")
            return nil
        }
        guard DeliveryChannel.composable.contains(channel) else {
            body.reject("delivery_channel", "\(channel.title) is not available yet. Use \(ways).")
            return nil
        }
        return channel
    }

    // MARK: Content

    /// The template named, if it is active and has content for the delivery channel.
    private static func template(
        _ body: inout BodyReader, _ channel: DeliveryChannel, _ context: RequestContext
    ) throws -> MessageTemplate? {
        guard let text = body.text("template") else { return nil }
        guard let template = try Int64(text).flatMap({ try context.services.templates.template($0) }) else {
            body.reject("template", "There is no template “\(text.prefix(60))”.")
            return nil
        }
        if !template.isActive { body.reject("template", "“\(template.name)” is not active.") }
        if !template.deliveryChannels.contains(channel) {
            body.reject("template", "“\(template.name)” has no content for \(channel.title).")
        }
        return template
    }

    /// `nil`: not told.
    private static func wrapper(
        _ body: inout BodyReader, _ channel: DeliveryChannel, _ context: RequestContext
    ) throws -> WrapperChoice? {
        guard let text = body.text("wrapper") else { return nil }
        guard channel == .email else {
            body.reject("wrapper", "\(channel.title) has no wrapper.")
            return nil
        }
        guard let choice = WrapperChoice(text: text) else {
            body.reject("wrapper", "This must be the id of a wrapper, “default” or “none”.")
            return nil
        }
        if case .wrapper(let id) = choice, try context.services.templates.wrapper(id) == nil {
            body.reject("wrapper", "There is no wrapper “\(id)”.")
        }
        return choice
    }

    private static func content(
        of template: MessageTemplate, _ body: inout BodyReader, _ channel: DeliveryChannel, _ wrapper: WrapperChoice?,
        _ context: RequestContext
    ) throws -> ContentRenderer? {
        for name in ["subject", "html", "text", "icon", "action_url"] where body.value(name) != nil {
            body.reject(name, "The template has it. Leave one of the two out.")
        }
        guard
            let content = try context.services.templates.content(of: template.draft, for: channel, wrapper: wrapper)
        else { return nil }
        do throws(ContentProblems) {
            return try ContentRenderer(content)
        } catch {
            body.reject("template", error.problems.values.sorted().first ?? "It cannot be read.")
            return nil
        }
    }

    private static func content(
        _ body: inout BodyReader, _ channel: DeliveryChannel, _ wrapper: WrapperChoice?, _ context: RequestContext
    ) throws -> ContentRenderer? {
        let subject = body.line("subject", limit: ContentLimits.subject)
        let (html, text) = (body.text("html"), body.text("text"))
        let before = body.problems.count
        let content: Content
        if channel == .push || channel == .inApp {
            if html != nil { body.reject("html", "\(channel.title) has no HTML; send text.") }
            content = notification(&body, channel, title: subject ?? "", text: text ?? "")
        } else if channel == .email {
            if (subject ?? "").isEmpty, !body.rejected("subject") {
                body.reject("subject", "An email needs a subject.")
            }
            if isBlank(html), isBlank(text) { body.reject("html", "An email needs html, text or both.") }
            if let wrapper, wrapper != .none, EmailDocument.isDocument(html ?? "") {
                body.reject("wrapper", "The html is a whole document, which a wrapper cannot go around.")
            }
            let wrapped = try context.services.templates.layout(wrapper, mailTemplate: nil).around(html ?? "")
            content = Content(
                deliveryChannel: .email, subject: subject ?? "",
                html: EmailDocument.around(HTMLSanitizer.clean(wrapped)),
                text: isBlank(text) ? PlainText.from(html: wrapped) : text ?? "")
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

    private static func notification(
        _ body: inout BodyReader, _ channel: DeliveryChannel, title: String, text: String
    ) -> Content {
        if isBlank(text), !body.rejected("text") { body.reject("text", "A \(channel.title) message needs a text.") }
        let part = MessageTemplateDraft.NotificationPart(
            title: title, body: text, icon: body.line("icon", limit: TemplateLimits.url) ?? "",
            actionURL: body.line("action_url", limit: TemplateLimits.url) ?? "")
        let names = ["title": "subject", "body": "text", "icon": "icon", "action_url": "action_url"]
        for problem in part.problems("") {
            let name = names[String(problem.field.dropFirst())] ?? "text"
            if !body.rejected(name) { body.reject(name, problem.message) }
        }
        return Content(
            deliveryChannel: channel, subject: title, text: text,
            extras: ContentExtras(icon: part.icon, actionURL: part.actionURL))
    }

    private static func isBlank(_ text: String?) -> Bool { (text ?? "").allSatisfy(\.isWhitespace) }

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
        _ body: inout BodyReader, _ channel: DeliveryChannel, _ context: RequestContext, _ variables: MergeValues
    ) throws -> FanOutReceiver? {
        guard var to = body.nested("to") else {
            if !body.rejected("to") { body.reject("to", "Say to whom.") }
            return nil
        }
        let receiver = try RecipientRequest.read(&to, channel, context)
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

    private static func priority(_ body: inout BodyReader) -> Priority? {
        guard let text = body.text("priority") else { return nil }
        if let priority = Priority(name: text) { return priority }
        body.reject("priority", "This must be low, normal, high or urgent.")
        return nil
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
