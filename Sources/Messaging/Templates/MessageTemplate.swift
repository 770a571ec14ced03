/// Reusable content for several delivery channels.
public typealias MessageTemplate = Versioned<MessageTemplateDraft>

extension MessageTemplate {
    public var priority: Priority { draft.priority }
    public var isActive: Bool { draft.isActive }
    public var deliveryChannels: [DeliveryChannel] { draft.deliveryChannels }
}

/// What a person writes of a template.
public struct MessageTemplateDraft: NamedDraft {
    public var name: String
    public var priority: Priority
    public var isActive: Bool
    /// Names somebody declared, in their order.
    public var variables: [String]
    public var email: EmailPart
    public var sms: TextPart
    public var whatsapp: WhatsAppPart
    public var push: NotificationPart
    public var inApp: NotificationPart

    public init(
        name: String = "", priority: Priority = .normal, isActive: Bool = true, variables: [String] = [],
        email: EmailPart = EmailPart(), sms: TextPart = TextPart(), whatsapp: WhatsAppPart = WhatsAppPart(),
        push: NotificationPart = NotificationPart(), inApp: NotificationPart = NotificationPart()
    ) {
        self.name = name
        self.priority = priority
        self.isActive = isActive
        self.variables = variables
        self.email = email
        self.sms = sms
        self.whatsapp = whatsapp
        self.push = push
        self.inApp = inApp
    }

    public struct EmailPart: Sendable, Hashable, Codable {
        public var subject: String
        public var html: String
        /// The builder's own document; empty when written by hand.
        public var project: String
        /// The mail server; `nil`: the default one.
        public var providerID: Int64?
        public var wrapper: WrapperChoice
        public var mailTemplateID: Int64?

        public init(
            subject: String = "", html: String = "", project: String = "", providerID: Int64? = nil,
            wrapper: WrapperChoice = .standard, mailTemplateID: Int64? = nil
        ) {
            self.subject = subject
            self.html = html
            self.project = project
            self.providerID = providerID
            self.wrapper = wrapper
            self.mailTemplateID = mailTemplateID
        }
    }

    public struct TextPart: Sendable, Hashable, Codable {
        public var text: String
        /// The SMS gateway; `nil`: the default one.
        public var providerID: Int64?

        public init(text: String = "", providerID: Int64? = nil) {
            self.text = text
            self.providerID = providerID
        }
    }

    public struct WhatsAppPart: Sendable, Hashable, Codable {
        public var text: String
        /// The omni channel; `nil`: the default one.
        public var providerID: Int64?
        /// What the provider calls the template it approved; empty: none.
        public var providerTemplate: String
        /// As the provider writes it, such as `en_US`.
        public var language: String
        /// Which variables fill the approved template's places, in their order.
        public var parameters: [String]

        public init(
            text: String = "", providerID: Int64? = nil, providerTemplate: String = "", language: String = "",
            parameters: [String] = []
        ) {
            self.text = text
            self.providerID = providerID
            self.providerTemplate = providerTemplate
            self.language = language
            self.parameters = parameters
        }

        /// What leaves, with each variable as a text that asks for it.
        public var approved: ApprovedTemplate? {
            if providerTemplate.isEmpty { return nil }
            return ApprovedTemplate(
                name: providerTemplate, language: language, parameters: parameters.map { "{{\($0)}}" })
        }
    }

    /// Push and in-app.
    public struct NotificationPart: Sendable, Hashable, Codable {
        public var title: String
        public var body: String
        public var icon: String
        public var actionURL: String

        public init(title: String = "", body: String = "", icon: String = "", actionURL: String = "") {
            self.title = title
            self.body = body
            self.icon = icon
            self.actionURL = actionURL
        }

        public var isEmpty: Bool { self == NotificationPart() }

        func content(for channel: DeliveryChannel) -> Content {
            Content(
                deliveryChannel: channel, subject: title, text: body,
                extras: ContentExtras(icon: icon, actionURL: actionURL))
        }
    }
}

extension MessageTemplateDraft {
    /// The delivery channels there is content for: nobody declares them.
    public var deliveryChannels: [DeliveryChannel] { DeliveryChannel.allCases.filter { content(for: $0) != nil } }

    /// The unwrapped content of one delivery channel; `nil` where there is none.
    public func content(for channel: DeliveryChannel) -> Content? {
        let content: Content
        switch channel {
        case .email, .sms, .whatsapp: content = composition.frozen(for: channel)
        case .push: content = push.content(for: .push)
        case .inApp: content = inApp.content(for: .inApp)
        case .voice: return nil
        }
        let isBlank = [content.text, content.html].allSatisfy { $0.allSatisfy(\.isWhitespace) }
        return isBlank ? nil : content
    }

    /// As a draft of the Compose Wizard starts from it.
    public var composition: Composition {
        var composition = Composition(
            emailSubject: email.subject, emailHTML: email.html, emailProject: email.project, smsText: sms.text,
            whatsappText: whatsapp.text)
        composition.emailWrapper = email.wrapper
        composition.emailMailTemplate = email.mailTemplateID
        composition.whatsappTemplate = whatsapp.approved
        if !push.isEmpty { composition.push = push }
        if !inApp.isEmpty { composition.inApp = inApp }
        composition[provider: .email] = email.providerID
        composition[provider: .sms] = sms.providerID
        composition[provider: .whatsapp] = whatsapp.providerID
        return composition
    }

    /// Every text a variable may stand in, by the name of its form field.
    public var texts: [(field: String, text: String, kind: MergeTemplate.Kind)] {
        [
            ("email_subject", email.subject, .text), ("email_html", email.html, .html), ("sms_text", sms.text, .text),
            ("whatsapp_text", whatsapp.text, .text), ("push_title", push.title, .text),
            ("push_body", push.body, .text), ("push_icon", push.icon, .text),
            ("push_action_url", push.actionURL, .text), ("in_app_title", inApp.title, .text),
            ("in_app_body", inApp.body, .text), ("in_app_icon", inApp.icon, .text),
            ("in_app_action_url", inApp.actionURL, .text),
        ]
    }
}
