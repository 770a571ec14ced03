import HTTPServing
import Messaging

struct MessageTemplateFormPage: Sendable {
    struct Notification: Sendable {
        let title: String
        let prefix: String
        let hint: String
        let isOpen: Bool
        let fields: [FormField]
    }

    struct Variable: Sendable {
        let name: String
        let tone: String
        let note: String
    }

    let shell: Shell
    let frame: EditorFrame
    let name: String
    let nameError: String?
    let priorities: [SelectOption]
    let isActive: Bool
    let channels: [ChannelPill]
    let hasChannels: Bool
    let placeholders: [ComposeMessage.Placeholder]
    let variables: String
    let variablesError: String?
    let hasFound: Bool
    let found: [Variable]
    let emailSubject: String
    let emailSubjectError: String?
    let emailHTML: String
    let emailHTMLError: String?
    let emailProject: String
    let mailServers: [SelectOption]
    let mailServerError: String?
    let wrappers: [SelectOption]
    let wrapperError: String?
    let mailTemplates: [SelectOption]
    let mailTemplateError: String?
    let smsText: String
    let smsTextError: String?
    let smsSegments: SegmentsLine
    let gateways: [SelectOption]
    let gatewayError: String?
    let whatsAppText: String
    let whatsAppTextError: String?
    let omniChannels: [SelectOption]
    let omniChannelError: String?
    let providerTemplate: String
    let providerTemplateError: String?
    let language: String
    let parameters: String
    let parametersError: String?
    let notifications: [Notification]
    let contentError: String?
}

/// Editor of a message template.
struct MessageTemplateEditor: VersionedEditor {
    let context: RequestContext
    let stored: MessageTemplate?

    static let place = EditorPlace(
        title: "Message Templates", list: Paths.messageTemplates,
        new: Paths.newMessageTemplate, edit: { Paths.editMessageTemplate($0) }, view: { Paths.messageTemplate($0) },
        delete: { Paths.deleteMessageTemplate($0) }, opens: .updateMessageTemplates,
        creates: .createMessageTemplates, updates: .updateMessageTemplates, deletes: .deleteMessageTemplates,
        bodyLimit: MessageTemplateForm.bodyLimit, policy: .builder)
    static let starter = MessageTemplateDraft()

    init(_ context: RequestContext, _ stored: MessageTemplate?) {
        self.context = context
        self.stored = stored
    }

    static func find(_ context: RequestContext) throws -> MessageTemplate { try context.messageTemplate() }

    static func read(_ form: inout Form) -> MessageTemplateDraft { MessageTemplateForm.read(&form) }

    func check(_ draft: MessageTemplateDraft, _ form: inout Form) throws {
        form.take(draft.problems)
        form.take(try TemplateReferences(context).problems(draft))
    }

    /// Always empty: messages started from a template copy its texts and do not refer to it.
    func uses(of id: Int64) throws -> [TemplateUse] { [] }

    func farewell(_ stored: MessageTemplate) -> String {
        "It can no longer be started from. Drafts that were, and messages that were sent, keep their text."
    }

    static func compare(
        _ mine: MessageTemplateDraft, _ theirs: MessageTemplateDraft
    ) -> [(String, String, String)] {
        func other(_ draft: MessageTemplateDraft) -> String {
            [draft.priority.title, draft.isActive ? "Active" : "Not active", draft.variables.joined(separator: ", ")]
                .filter { !$0.isEmpty }.joined(separator: ", ")
        }
        func chosen(_ draft: MessageTemplateDraft) -> String {
            let providers = [draft.email.providerID, draft.sms.providerID, draft.whatsapp.providerID]
            let numbers = providers + [draft.email.mailTemplateID]
            return "Wrapper \(draft.email.wrapper.text), "
                + zip(["mail server", "SMS gateway", "omni channel", "mail template"], numbers)
                .map { "\($0) \($1.map(String.init) ?? "–")" }.joined(separator: ", ")
        }
        let names = [
            "email_subject": "Email subject", "email_html": "Email content", "sms_text": "SMS content",
            "whatsapp_text": "WhatsApp content",
        ]
        let texts = zip(mine.texts, theirs.texts).map { one, two in
            (names[one.field] ?? EnglishFormat.opening(one.field.replacing("_", with: " ")), one.text, two.text)
        }
        let approved = [mine, theirs].map {
            ([$0.whatsapp.providerTemplate, $0.whatsapp.language] + $0.whatsapp.parameters).joined(separator: " ")
        }
        return [
            ("Name", mine.name, theirs.name), ("Settings", other(mine), other(theirs)),
            ("Choices", chosen(mine), chosen(theirs)), ("Provider template", approved[0], approved[1]),
        ] + texts
    }

    func page(_ draft: MessageTemplateDraft, _ form: Form, _ frame: EditorFrame, status: Int) throws -> Response {
        let references = try TemplateReferences(context)
        let variables = TemplateVariables(of: draft)
        let channels = draft.deliveryChannels.map(ChannelPill.init)
        let model = MessageTemplateFormPage(
            shell: context.shell(.communicationSettings), frame: frame, name: draft.name, nameError: form.error("name"),
            priorities: Priority.allCases.map {
                SelectOption(value: $0.name, label: $0.title, selected: $0 == draft.priority)
            }, isActive: draft.isActive, channels: channels, hasChannels: !channels.isEmpty,
            placeholders: ComposeMessage.quickPlaceholders.map(ComposeMessage.Placeholder.init),
            variables: form.has("variables") ? form.raw("variables") : draft.variables.joined(separator: ", "),
            variablesError: form.error("variables"), hasFound: !variables.found.isEmpty || !variables.unused.isEmpty,
            found: Self.compared(variables), emailSubject: draft.email.subject,
            emailSubjectError: form.error("email_subject"), emailHTML: draft.email.html,
            emailHTMLError: form.error("email_html") ?? form.error("email_project"),
            emailProject: draft.email.project,
            mailServers: references.providerOptions(.email, draft.email.providerID),
            mailServerError: form.error("email_provider"), wrappers: try context.wrapperOptions(draft.email.wrapper),
            wrapperError: form.error("email_wrapper"),
            mailTemplates: references.mailTemplateOptions(draft.email.mailTemplateID),
            mailTemplateError: form.error("email_mail_template"), smsText: draft.sms.text,
            smsTextError: form.error("sms_text"), smsSegments: SegmentsLine(template: draft.sms.text),
            gateways: references.providerOptions(.sms, draft.sms.providerID),
            gatewayError: form.error("sms_provider"), whatsAppText: draft.whatsapp.text,
            whatsAppTextError: form.error("whatsapp_text"),
            omniChannels: references.providerOptions(.whatsapp, draft.whatsapp.providerID),
            omniChannelError: form.error("whatsapp_provider"), providerTemplate: draft.whatsapp.providerTemplate,
            providerTemplateError: form.error("whatsapp_template"), language: draft.whatsapp.language,
            parameters: form.has("whatsapp_parameters")
                ? form.raw("whatsapp_parameters") : draft.whatsapp.parameters.joined(separator: ", "),
            parametersError: form.error("whatsapp_parameters"),
            notifications: [
                Self.notification("Push", "push", draft.push, form),
                Self.notification("In-app", "in_app", draft.inApp, form),
            ], contentError: form.error("content"))
        return try context.page("Templates/MessageTemplateForm", model, status: status)
    }

    static func compared(_ variables: TemplateVariables) -> [MessageTemplateFormPage.Variable] {
        let declaresNone = variables.declared.isEmpty
        let found = variables.found.map { name in
            let isDeclared = declaresNone || variables.declared.contains(name)
            return MessageTemplateFormPage.Variable(
                name: "{{\(name)}}", tone: isDeclared ? "green" : "amber", note: isDeclared ? "" : "not declared")
        }
        return found
            + variables.unused.map {
                MessageTemplateFormPage.Variable(name: "{{\($0)}}", tone: "gray", note: "not in any text")
            }
    }

    private static func notification(
        _ title: String, _ prefix: String, _ part: MessageTemplateDraft.NotificationPart, _ form: Form
    ) -> MessageTemplateFormPage.Notification {
        var body = FormField.input("\(prefix)_body", "Body", value: part.body, error: form.error("\(prefix)_body"))
        (body.isInput, body.isTextarea) = (false, true)
        func line(_ name: String, _ label: String, _ value: String, _ hint: String? = nil) -> FormField {
            .input(
                "\(prefix)_\(name)", label, value: value, hint: hint, error: form.error("\(prefix)_\(name)"),
                autocomplete: "off")
        }
        let isEmpty = [part.title, part.body, part.icon, part.actionURL].allSatisfy(\.isEmpty)
        return MessageTemplateFormPage.Notification(
            title: title, prefix: prefix,
            hint: prefix == "push" ? "Shown by the telephone." : "Shown in the member portal.", isOpen: !isEmpty,
            fields: [
                line("title", "Title", part.title), body,
                line("icon", "Icon", part.icon, "Address of a picture, https://…"),
                line("action_url", "Action URL", part.actionURL, "Opened by a tap, https://…"),
            ])
    }
}
