import Foundation
import HTTPServing
import Messaging

/// Step 2: texts.
struct ComposeMessage: Sendable {
    struct Placeholder: Sendable {
        let token: String
    }

    let shell: Shell
    let steps: [ComposeStep]
    let action: String
    let autosaveURL: String
    let reloadHref: String
    let deliveryHref: String
    let draftId: String
    let version: String
    /// Stored version that *Keep mine* overwrites.
    let theirVersion: String
    let problem: String?
    let conflict: Bool
    let savedAt: String?
    let name: String
    let nameError: String?
    let hasEmail: Bool
    let emailSubject: String
    let emailSubjectError: String?
    let emailHTML: String
    let emailHTMLError: String?
    let emailProject: String
    let wrappers: [SelectOption]
    let wrapperError: String?
    let hasSMS: Bool
    let smsText: String
    let smsTextError: String?
    let smsSegments: SegmentsLine
    let hasWhatsApp: Bool
    let whatsAppText: String
    let whatsAppTextError: String?
    /// Whether to send as an approved template; empty if the draft has none.
    let approved: [SelectOption]
    let hasApproved: Bool
    let notifications: [Notification]
    let placeholders: [Placeholder]
    let channels: [ChannelPill]

    /// Most frequently used placeholders.
    static let quickPlaceholders = [
        "{{member.first_name}}", "{{member.last_name}}", "{{location.name}}", "{{account.account_name}}",
        "{{unsubscribe_url}}",
    ]
    /// HTML and the builder's document, each up to 1 MB including pictures, percent-encoded.
    static let bodyLimit = 6 * 1024 * 1024

    static var routes: [Route] {
        let path = Paths.composeMessage("{id}")
        return [
            Route(.get, path, .one(.composeSend), policy: .builder) { context in
                try context.withDraft { try show(context, $0, $0.name, $0.composition, Form(Fields())) }
            },
            Route(.post, path, .one(.composeSend), bodyLimit: bodyLimit, policy: .builder) { context in
                try context.withDraft { try save(context, $0) }
            },
        ]
    }

    private static func save(_ context: RequestContext, _ draft: Broadcast) throws -> Response {
        var form = Form(context.request)
        let goesBack = form.raw("go") == "back"
        let name = form.line("name")
        let composition = composition(&form, draft.composition)
        // Values beyond a limit are rejected; merely incomplete ones are saved, so that no work is lost.
        let isStorable = form.isValid
        if !goesBack { for problem in MessageCheck(composition, draft.deliveryChannels).all { form.add(problem) } }
        // *Keep mine* submits the version that was shown as the conflict, so a later save is detected too.
        let version = form.number("keep_mine") ?? form.number("version")
        do {
            if isStorable {
                try store(context, draft, name, composition, version: version)
            }
        } catch StoreConflict.version {
            return try show(context, draft, name, composition, form, status: 409, conflict: true)
        }
        guard form.isValid else {
            return try show(
                context, isStorable ? try context.composed() : draft, name, composition, form, status: 422)
        }
        return context.redirect(to: goesBack ? Paths.composeDelivery(draft.id) : Paths.composeRecipients(draft.id))
    }

    /// Saves the changes; does nothing if there are none.
    private static func store(
        _ context: RequestContext, _ draft: Broadcast, _ name: String, _ composition: Composition, version: Int64?
    ) throws {
        guard name != draft.name || composition != draft.composition else { return }
        try context.perform(
            SaveDraft(
                id: draft.id, version: version ?? 0, change: DraftChange(name: name, composition: composition),
                detail: name))
    }

    /// Applies the form to the stored composition: fields of disabled delivery channels are not submitted and stay
    /// unchanged.
    private static func composition(_ form: inout Form, _ stored: Composition) -> Composition {
        var new = stored
        if form.has("email_subject") { new.emailSubject = form.line("email_subject", limit: ContentLimits.subject) }
        if form.has("email_html") { new.emailHTML = form.text("email_html", limit: ContentLimits.email) }
        if form.has("email_wrapper") {
            if let choice = WrapperChoice(text: form.raw("email_wrapper")) {
                new.emailWrapper = choice
            } else {
                form.reject("email_wrapper", "Choose a wrapper.")
            }
        }
        if form.has("email_project") { new.emailProject = form.text("email_project", limit: ContentLimits.email) }
        // Larger texts are rejected by their character count in validation.
        if form.has("sms_text") { new.smsText = form.text("sms_text", limit: ContentLimits.email) }
        if form.has("whatsapp_text") { new.whatsappText = form.text("whatsapp_text", limit: ContentLimits.email) }
        if form.raw("whatsapp_template") == "none" { new.whatsappTemplate = nil }
        for channel in Notification.channels { Notification.read(channel, &form, into: &new) }
        return new
    }

    private static func show(
        _ context: RequestContext, _ draft: Broadcast, _ name: String, _ texts: Composition, _ form: Form,
        status: Int = 200,
        conflict: Bool = false
    ) throws -> Response {
        let channels = draft.deliveryChannels
        let model = ComposeMessage(
            shell: context.shell(.compose), steps: ComposeStep.all(at: .message, of: draft),
            action: Paths.composeMessage(draft.id), autosaveURL: Paths.composeAutosave(draft.id),
            reloadHref: Paths.composeMessage(draft.id), deliveryHref: Paths.composeDelivery(draft.id),
            draftId: String(draft.id), version: conflict ? form.raw("version") : String(draft.version),
            theirVersion: String(draft.version),
            problem: form.isValid || conflict ? nil : "Some of this cannot be sent as it is. See the fields marked.",
            conflict: conflict, savedAt: CivilTime(draft.updatedAt, in: context.timeZone).clock, name: name,
            nameError: form.error("name"), hasEmail: channels.contains(.email), emailSubject: texts.emailSubject,
            emailSubjectError: form.error("email_subject"), emailHTML: texts.emailHTML,
            emailHTMLError: form.error("email_html") ?? form.error("email_project"), emailProject: texts.emailProject,
            wrappers: try context.wrapperOptions(texts.emailWrapper ?? .standard),
            wrapperError: form.error("email_wrapper"),
            hasSMS: channels.contains(.sms), smsText: texts.smsText, smsTextError: form.error("sms_text"),
            smsSegments: SegmentsLine(template: texts.smsText), hasWhatsApp: channels.contains(.whatsapp),
            whatsAppText: texts.whatsappText, whatsAppTextError: form.error("whatsapp_text"),
            approved: approvedOptions(draft.composition.whatsappTemplate, texts.whatsappTemplate),
            hasApproved: draft.composition.whatsappTemplate != nil,
            notifications: Notification.channels.filter(channels.contains).map {
                Notification($0, texts[notification: $0], form)
            },
            placeholders: quickPlaceholders.map(Placeholder.init), channels: channels.map(ChannelPill.init))
        return try context.page("Compose/ComposeMessage", model, status: status)
    }
}

extension ComposeMessage {
    private static func approvedOptions(_ stored: ApprovedTemplate?, _ chosen: ApprovedTemplate?) -> [SelectOption] {
        guard let stored else { return [] }
        return [
            SelectOption(value: "keep", label: "Approved template: \(stored.title)", selected: chosen != nil),
            SelectOption(value: "none", label: "Free text", selected: chosen == nil),
        ]
    }
}

extension RequestContext {
    /// Wrappers available for a mail, with the current one selected.
    func wrapperOptions(_ chosen: WrapperChoice) throws -> [SelectOption] {
        let wrappers = try services.templates.wrappers()
        let standard = wrappers.first(where: \.isDefault).map { "Default (\($0.name))" } ?? "Default (none is set)"
        let own = wrappers.map { (WrapperChoice.wrapper($0.id), $0.name) }
        return ([(WrapperChoice.standard, standard), (WrapperChoice.none, "No wrapper")] + own).map {
            SelectOption(value: $0.text, label: $1, selected: $0 == chosen)
        }
    }
}

extension Form {
    mutating func add(_ problem: Failure.Field) {
        // One error per field: the first is the one to fix first.
        if error(problem.field) == nil { reject(problem.field, problem.message) }
    }
}
