import HTTPServing
import Messaging

/// Submitted form of a message template.
enum MessageTemplateForm {
    /// HTML and the builder's document, each up to 1 MB including pictures, percent-encoded.
    static let bodyLimit = 6 * 1024 * 1024

    static func read(_ form: inout Form) -> MessageTemplateDraft {
        var draft = MessageTemplateDraft(name: form.line("name"), isActive: form.isChecked("is_active"))
        if let priority = Priority(name: form.raw("priority")) {
            draft.priority = priority
        } else {
            form.reject("priority", "Choose a priority.")
        }
        draft.variables = TemplateVariables.names(in: form.text("variables", limit: 20_000))
        draft.email.subject = form.line("email_subject", limit: ContentLimits.subject)
        draft.email.html = form.text("email_html", limit: ContentLimits.email)
        draft.email.project = form.text("email_project", limit: ContentLimits.email)
        draft.email.providerID = form.number("email_provider")
        if let choice = WrapperChoice(text: form.raw("email_wrapper")) {
            draft.email.wrapper = choice
        } else {
            form.reject("email_wrapper", "Choose a wrapper.")
        }
        draft.email.mailTemplateID = form.number("email_mail_template")
        draft.sms.text = form.text("sms_text", limit: ContentLimits.email)
        draft.sms.providerID = form.number("sms_provider")
        draft.whatsapp.text = form.text("whatsapp_text", limit: ContentLimits.email)
        draft.whatsapp.providerID = form.number("whatsapp_provider")
        draft.whatsapp.providerTemplate = form.line("whatsapp_template")
        draft.whatsapp.language = form.line("whatsapp_language", limit: 20)
        draft.whatsapp.parameters = TemplateVariables.names(in: form.text("whatsapp_parameters", limit: 20_000))
        draft.push = notification("push", &form)
        draft.inApp = notification("in_app", &form)
        return draft
    }

    private static func notification(_ prefix: String, _ form: inout Form) -> MessageTemplateDraft.NotificationPart {
        MessageTemplateDraft.NotificationPart(
            title: form.line("\(prefix)_title"), body: form.text("\(prefix)_body", limit: 64 * 1024),
            icon: form.line("\(prefix)_icon", limit: TemplateLimits.url),
            actionURL: form.line("\(prefix)_action_url", limit: TemplateLimits.url))
    }
}

/// Checks that referenced objects exist, for both the form and the API.
struct TemplateReferences {
    let wrappers: [EmailWrapper]
    let mailTemplates: [MailTemplate]
    let providers: [ProviderAccount]

    init(_ context: RequestContext) throws {
        wrappers = try context.services.templates.wrappers()
        mailTemplates = try context.services.templates.mailTemplates()
        providers = try context.services.providers.providers(for: nil)
    }

    func problems(_ draft: MessageTemplateDraft) -> [TemplateProblem] {
        var problems: [TemplateProblem] = []
        if case .wrapper(let id) = draft.email.wrapper, !wrappers.contains(where: { $0.id == id }) {
            problems.append(TemplateProblem("email_wrapper", "There is no such wrapper."))
        }
        if let id = draft.email.mailTemplateID, !mailTemplates.contains(where: { $0.id == id }) {
            problems.append(TemplateProblem("email_mail_template", "There is no such mail template."))
        }
        let named: [(String, Int64?, DeliveryChannel)] = [
            ("email_provider", draft.email.providerID, .email), ("sms_provider", draft.sms.providerID, .sms),
            ("whatsapp_provider", draft.whatsapp.providerID, .whatsapp),
        ]
        return problems
            + named.compactMap { field, id, channel in
                guard let id, !providers.contains(where: { $0.id == id && $0.deliveryChannel == channel }) else {
                    return nil
                }
                return TemplateProblem(field, "There is no such \(ProviderSection.of(channel)?.one ?? "provider").")
            }
    }

    func mailTemplateOptions(_ chosen: Int64?) -> [SelectOption] {
        [SelectOption(value: "", label: "None", selected: chosen == nil)]
            + mailTemplates.map { SelectOption(value: String($0.id), label: $0.name, selected: $0.id == chosen) }
    }

    func providerOptions(_ channel: DeliveryChannel, _ chosen: Int64?) -> [SelectOption] {
        let one = ProviderSection.of(channel)?.one ?? "provider"
        return [SelectOption(value: "", label: "The default \(one)", selected: chosen == nil)]
            + providers.filter { $0.deliveryChannel == channel }.map {
                SelectOption(value: String($0.id), label: $0.name, selected: $0.id == chosen)
            }
    }
}
