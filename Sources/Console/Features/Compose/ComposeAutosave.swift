import Foundation
import HTTPServing
import Messaging

/// Autosaves the texts of a draft. Exchanges JSON with `Public/js/compose-message.js`.
enum ComposeAutosave {
    static var routes: [Route] {
        [
            Route(
                .post, Paths.composeAutosave("{id}"), .one(.composeSend), bodyLimit: ComposeMessage.bodyLimit,
                policy: .data
            ) { try save($0) }
        ]
    }

    private static func save(_ context: RequestContext) throws -> Response {
        let draft = try context.composed()
        guard draft.status == .draft else { return locked }
        var body = try BodyReader(context.request)
        let version = body.text("version").flatMap { Int64($0) }
        let name = oneLine(body.text("name")) ?? draft.name
        let composition = composition(&body, draft.composition)
        guard let version else { throw Failure.badRequest("The version is missing.") }
        try body.finish()
        guard name.count <= 200, composition.emailSubject.count <= ContentLimits.subject, fits(composition) else {
            throw Failure(413, "Too long to be saved", "Shorten the text; the fields say by how much.")
        }
        guard name != draft.name || composition != draft.composition else {
            // Identical to the stored texts: nothing to write, and no conflict.
            return saved(draft, version: draft.version, at: draft.updatedAt)
        }
        do {
            let new = try context.perform(
                SaveDraft(
                    id: draft.id, version: version, change: DraftChange(name: name, composition: composition),
                    detail: nil))
            return saved(draft, version: new, at: context.now, MessageCheck(composition, draft.deliveryChannels).advice)
        } catch StoreConflict.version {
            return conflict(try context.composed())
        } catch StoreConflict.state {
            return locked
        }
    }

    private static func composition(_ body: inout BodyReader, _ stored: Composition) -> Composition {
        var new = stored
        new.emailSubject = oneLine(body.text("email_subject")) ?? new.emailSubject
        new.emailHTML = lineEnds(body.text("email_html")) ?? new.emailHTML
        if let wrapper = body.text("email_wrapper").flatMap(WrapperChoice.init(text:)) { new.emailWrapper = wrapper }
        new.emailProject = body.text("email_project") ?? new.emailProject
        new.smsText = lineEnds(body.text("sms_text")) ?? new.smsText
        new.whatsappText = lineEnds(body.text("whatsapp_text")) ?? new.whatsappText
        for channel in ComposeMessage.Notification.channels { notification(channel, &body, &new) }
        return new
    }

    private static func notification(
        _ channel: DeliveryChannel, _ body: inout BodyReader, _ composition: inout Composition
    ) {
        let prefix = channel.rawValue
        var part = composition[notification: channel] ?? MessageTemplateDraft.NotificationPart()
        part.title = oneLine(body.text("\(prefix)_title")) ?? part.title
        part.body = lineEnds(body.text("\(prefix)_body")) ?? part.body
        part.icon = oneLine(body.text("\(prefix)_icon")) ?? part.icon
        part.actionURL = oneLine(body.text("\(prefix)_action_url")) ?? part.actionURL
        composition[notification: channel] = part.isEmpty ? nil : part
    }

    /// Texts too long to send are still saved; only implausibly large ones are rejected.
    private static func fits(_ composition: Composition) -> Bool {
        ([composition.emailHTML, composition.emailProject, composition.smsText, composition.whatsappText]
            + (composition.push?.texts ?? []) + (composition.inApp?.texts ?? []))
            .allSatisfy { $0.utf8.count <= ContentLimits.email }
    }

    private static func oneLine(_ text: String?) -> String? {
        text.map { String(String.UnicodeScalarView($0.unicodeScalars.map { Form.isControl($0) ? " " : $0 })) }
    }

    private static func lineEnds(_ text: String?) -> String? {
        text?.replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\r", with: "\n")
    }

    private static func saved(
        _ draft: Broadcast, version: Int64, at moment: Timestamp, _ advice: [Failure.Field] = []
    ) -> Response {
        API.json([
            "version": JSONValue(id: version), "saved_at": JSONValue(moment),
            "errors": .list(advice.map { ["field": .string($0.field), "message": .string($0.message)] }),
        ])
    }

    private static func conflict(_ stored: Broadcast) -> Response {
        API.json(
            [
                "version": JSONValue(id: stored.version), "saved_at": JSONValue(stored.updatedAt),
                "saved_by": stored.updatedByName.map { .string($0) } ?? nil,
            ], status: 409)
    }

    private static var locked: Response { API.json(["locked": true], status: 409) }
}
