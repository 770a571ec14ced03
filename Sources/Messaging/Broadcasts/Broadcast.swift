/// Who decided to send.
public enum BroadcastOrigin: String, Hashable, Codable, Sendable {
    case compose, bulk, api, automation, direct
}

public enum BroadcastStatus: String, Hashable, Codable, Sendable {
    case draft, scheduled, publishing, published, paused, cancelled

    public var title: String { rawValue.capitalized }
}

/// What happens to a message whose hand-off got no answer.
public enum WhenUnknown: String, Hashable, Codable, Sendable {
    /// A person sees it and chooses.
    case hold
    /// Sent again by itself, at the risk of a second copy.
    case resend
}

/// What a person is writing: the editable texts of a draft, per delivery channel.
public struct Composition: Hashable, Codable, Sendable {
    public var emailSubject: String
    public var emailHTML: String
    /// The builder's own document (GrapesJS project JSON); empty when the mail was written by hand.
    public var emailProject: String
    public var smsText: String
    public var whatsappText: String
    /// Which wrapper goes around the mail; `nil`, as in drafts from before there were any: the default one.
    public var emailWrapper: WrapperChoice?
    /// Whose header and footer go around the mail.
    public var emailMailTemplate: Int64?
    /// The approved template the WhatsApp message leaves as; `nil`: free text.
    public var whatsappTemplate: ApprovedTemplate?
    public var push: MessageTemplateDraft.NotificationPart?
    public var inApp: MessageTemplateDraft.NotificationPart?
    /// By the name of the delivery channel, as JSON keeps it; a delivery channel without one takes the default.
    private var providers: [String: Int64]?

    public init(
        emailSubject: String = "", emailHTML: String = "", emailProject: String = "", smsText: String = "",
        whatsappText: String = ""
    ) {
        self.emailSubject = emailSubject
        self.emailHTML = emailHTML
        self.emailProject = emailProject
        self.smsText = smsText
        self.whatsappText = whatsappText
    }

    /// The chosen provider of a delivery channel; `nil`: the default one.
    public subscript(provider channel: DeliveryChannel) -> Int64? {
        get { providers?[channel.rawValue] }
        set {
            var chosen = providers ?? [:]
            chosen[channel.rawValue] = newValue
            providers = chosen.isEmpty ? nil : chosen
        }
    }

    /// The content of one delivery channel as it would be frozen now.
    public func content(for channel: DeliveryChannel) -> Content {
        switch channel {
        case .email:
            Content(
                deliveryChannel: .email, subject: emailSubject, html: HTMLSanitizer.clean(emailHTML),
                text: PlainText.from(html: emailHTML))
        case .sms: Content(deliveryChannel: .sms, text: smsText)
        case .whatsapp:
            Content(
                deliveryChannel: .whatsapp, text: whatsappText, extras: ContentExtras(approved: whatsappTemplate))
        case .push: (push ?? MessageTemplateDraft.NotificationPart()).content(for: .push)
        case .inApp: (inApp ?? MessageTemplateDraft.NotificationPart()).content(for: .inApp)
        case .voice: Content(deliveryChannel: .voice, text: smsText)
        }
    }
}

/// One decision to send something to some people.
public struct Broadcast: Sendable, Identifiable {
    public var id: Int64
    public var name: String
    public var origin: BroadcastOrigin
    public var status: BroadcastStatus
    public var deliveryChannels: [DeliveryChannel]
    public var composition: Composition
    public var type: MessageType
    public var priority: Priority
    public var whenUnknown: WhenUnknown
    /// Raised by every save; a save that names an older one is a conflict.
    public var version: Int64
    public var receiverCount: Int
    public var sendAt: Timestamp?
    /// What waits still then is cancelled.
    public var expiresAt: Timestamp?
    public var createdBy: Int64?
    public var createdByName: String?
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// Who saved it last.
    public var updatedByName: String?
    /// What a bulk broadcast is made from.
    public var templateID: Int64?
    public var templateName: String?

    /// What people call it: its name, else that of its template, else its subject.
    public var displayName: String {
        if !name.isEmpty { return name }
        if origin == .bulk { return templateName.flatMap { $0.isEmpty ? nil : $0 } ?? "Untitled bulk" }
        return composition.emailSubject.isEmpty ? "Untitled draft" : composition.emailSubject
    }

    public init(
        id: Int64, name: String, origin: BroadcastOrigin, status: BroadcastStatus, deliveryChannels: [DeliveryChannel],
        composition: Composition, type: MessageType, priority: Priority, whenUnknown: WhenUnknown, version: Int64,
        receiverCount: Int, sendAt: Timestamp?, createdBy: Int64?, createdByName: String?, createdAt: Timestamp,
        updatedAt: Timestamp, updatedByName: String? = nil, templateID: Int64? = nil, templateName: String? = nil
    ) {
        self.id = id
        self.name = name
        self.origin = origin
        self.status = status
        self.deliveryChannels = deliveryChannels
        self.composition = composition
        self.type = type
        self.priority = priority
        self.whenUnknown = whenUnknown
        self.version = version
        self.receiverCount = receiverCount
        self.sendAt = sendAt
        self.createdBy = createdBy
        self.createdByName = createdByName
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.updatedByName = updatedByName
        self.templateID = templateID
        self.templateName = templateName
    }
}

/// Where a receiver came from.
public enum ReceiverOrigin: String, Hashable, Codable, Sendable {
    case manual, channel, search, api, automation

    public var title: String {
        switch self {
        case .manual: "Added by hand"
        case .channel: "Channel"
        case .search: "Search"
        case .api: "API"
        case .automation: "Automation"
        }
    }
}

/// One person as they were when they were added to a broadcast.
public struct Receiver: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var firstName: String
    public var lastName: String
    public var email: String
    public var mobile: String
    public var origin: ReceiverOrigin
    public var entity: EntityReference?
    /// The channel and the subscriber they came from.
    public var subscription: SubscriptionReference?
    /// Values a program gave for this one.
    public var variables = MergeValues()
    /// Where push reaches them: the token that was given, else that of the linked record's most recently seen device, as
    /// it is now; empty: nowhere, or nobody asked.
    public var device = ""
    /// Of a linked transaction its member, else its account, as it is now: whose devices and whose inbox are meant.
    public var party: EntityReference?

    public init(
        id: Int64 = 0, firstName: String = "", lastName: String = "", email: String = "", mobile: String = "",
        origin: ReceiverOrigin, entity: EntityReference? = nil, subscription: SubscriptionReference? = nil
    ) {
        self.id = id
        self.firstName = firstName
        self.lastName = lastName
        self.email = email
        self.mobile = mobile
        self.origin = origin
        self.entity = entity
        self.subscription = subscription
    }

    public var name: String { [firstName, lastName].filter { !$0.isEmpty }.joined(separator: " ") }

    /// Whose portal shows them in-app messages; `nil`: they are in no directory.
    public var reader: EntityReference? { entity?.kind == .transaction ? party : entity }

    /// The raw address this delivery channel would use; `nil` when there is none.
    public func address(for channel: DeliveryChannel) -> String? {
        let text =
            switch channel.addressKind {
            case .email: email
            case .mobile: mobile
            case .device: device
            case .entity: reader.map { RecordAddress(kind: $0.kind, externalID: $0.externalID).text } ?? ""
            }
        return text.isEmpty ? nil : text
    }
}

/// Which subscriber of which channel a receiver was.
public struct SubscriptionReference: Sendable, Hashable {
    public var channelID: Int64
    /// As it is called now; empty when the channel is gone.
    public var channelName: String
    public var subscriberID: Int64

    public init(channelID: Int64, channelName: String = "", subscriberID: Int64) {
        self.channelID = channelID
        self.channelName = channelName
        self.subscriberID = subscriberID
    }
}

/// How many messages of a broadcast stand where. `planned` is receivers × delivery channels, 0 in draft.
public struct BroadcastCounts: Hashable, Sendable {
    public var planned: Int
    public var counts: [MessageStatus: Int]

    public init(planned: Int = 0, counts: [MessageStatus: Int] = [:]) {
        self.planned = planned
        self.counts = counts
    }

    public subscript(status: MessageStatus) -> Int { counts[status] ?? 0 }

    /// Invariant 3: every planned message stands somewhere.
    public var balance: Bool { planned == MessageStatus.outbound.reduce(0) { $0 + self[$1] } }
}
