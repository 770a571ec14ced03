import HTTPServing
import Messaging

/// Step 4: summary, preflight findings, and the buttons to send or schedule.
struct ComposeConfirm: Sendable {
    struct ReceiverOption: Sendable {
        let id: String
        let label: String
        let isSelected: Bool
    }

    struct EmailPreview: Sendable {
        let from: String?
        let to: String?
        let subject: String
        let missingTo: String?
        let frameSrc: String
        let frameTitle: String
    }

    struct TextPreview: Sendable {
        let to: String?
        let missingTo: String?
        let text: String
        let segments: SegmentsLine
    }

    struct WhatsAppPreview: Sendable {
        let to: String?
        let missingTo: String?
        let text: String
        let hasExtras: Bool
        let extras: [Fact]
    }

    struct NotificationPreview: Sendable {
        let channel: String
        let label: String
        let to: String?
        let missingTo: String?
        let title: String?
        let text: String
        let hasExtras: Bool
        let extras: [Fact]
    }

    let shell: Shell
    let steps: [ComposeStep]
    let backHref: String
    let confirmHref: String
    let version: String
    /// Recipient count shown on the page; sending with a different count requires another review.
    let receiverTotal: String
    let problem: String?
    let name: String
    let channels: [ChannelPill]
    let recipientCount: String
    let recipientCountWord: String
    let messageCount: String
    /// Provider of each delivery channel.
    let providers: [Fact]
    let hasReceivers: Bool
    let receivers: [ReceiverOption]
    let receiverName: String
    let email: EmailPreview?
    let sms: TextPreview?
    let whatsApp: WhatsAppPreview?
    let notifications: [NotificationPreview]
    let preflight: PreflightPart
    let canSend: Bool
    let optionsAction: String
    let optionsOpen: Bool
    let resends: Bool
    let expiresAt: String
    let expiresError: String?
    let sendAction: String
    let scheduleAction: String
    let scheduleOpen: Bool
    let sendAt: String
    let sendAtMin: String
    let sendAtError: String?
    let timeZone: String

    static var routes: [Route] {
        [
            Route(
                .get, Paths.composeConfirm("{id}"), .one(.composeSend), policy: .previews,
                answer: { context in
                    try answer(context) { draft in try show(context, draft, PreflightReport(context, draft)) }
                }),
            Route(
                .post, Paths.composeOptions("{id}"), .one(.composeSend), policy: .previews,
                answer: { context in try answer(context) { try saveOptions(context, $0) } }),
        ]
    }

    /// Runs a step that reads every receiver: immediately if they are few, otherwise on a background thread.
    static func answer(_ context: RequestContext, _ step: @escaping @Sendable (Broadcast) throws -> Response) throws
        -> RouteResult
    {
        try context.withDraft(
            { draft in
                guard draft.receiverCount > PreflightReport.quickReceivers else { return .now(try step(draft)) }
                return .later { try context.withDraft(step) }
            }, otherwise: { .now($0) })
    }

    private static func saveOptions(_ context: RequestContext, _ draft: Broadcast) throws -> Response {
        var form = Form(context.request)
        let options = SendingForm.read(&form, context)
        guard form.isValid else {
            return try show(context, draft, PreflightReport(context, draft), status: 422, options: form)
        }
        do {
            try context.perform(
                SaveDraft(
                    id: draft.id, version: form.number("version") ?? 0, change: DraftChange(sending: options),
                    detail: "sending options"))
        } catch StoreConflict.version {
            let standing = try context.composed()
            return try show(
                context, standing, PreflightReport(context, standing), status: 409,
                problem: "The draft was changed since this page was opened. Look at it once more.")
        }
        return context.redirect(to: Paths.composeConfirm(draft.id), .success, "Saved.")
    }

    /// Validation error of a submitted time.
    struct ScheduleProblem: Sendable {
        var sendAt: String
        var message: String
    }

    static func show(
        _ context: RequestContext, _ draft: Broadcast, _ report: PreflightReport, status: Int = 200,
        problem: String? = nil,
        schedule: ScheduleProblem? = nil, options: Form? = nil
    ) throws -> Response {
        let people = try ComposePeople(context, draft, report.findings)
        let previews = try people.chosen.map {
            try ComposePreviews(.receiver($0), draft, context, frame: Paths.composePreview(draft.id, "email"))
        }
        let messages = draft.receiverCount * draft.deliveryChannels.count
        let times = ScheduleTimes(context)
        let obstacle = try AudienceAdding.obstacle(draft, context)
        let model = ComposeConfirm(
            shell: context.shell(.compose), steps: ComposeStep.all(at: .confirm, of: draft),
            backHref: Paths.composeRecipients(draft.id), confirmHref: Paths.composeConfirm(draft.id),
            version: String(draft.version), receiverTotal: String(draft.receiverCount),
            problem: problem ?? obstacle, name: draft.displayName,
            channels: draft.deliveryChannels.map(ChannelPill.init),
            recipientCount: EnglishFormat.count(draft.receiverCount),
            recipientCountWord: draft.receiverCount == 1 ? "recipient" : "recipients",
            messageCount: EnglishFormat.count(messages, "message"),
            providers: try context.readiness(of: draft).map { readiness in
                let name = readiness.provider?.name ?? "No provider yet"
                return Fact(
                    label: "\(readiness.channel.title) leaves through",
                    value: readiness.isChosen || readiness.isMissing ? name : "\(name) (default)")
            }, hasReceivers: !people.options.isEmpty,
            receivers: people.options, receiverName: people.chosenName, email: previews?.email, sms: previews?.sms,
            whatsApp: previews?.whatsApp, notifications: previews?.notifications ?? [],
            preflight: PreflightPart(report, draft, context),
            canSend: report.findings.allowSending && obstacle == nil,
            optionsAction: Paths.composeOptions(draft.id),
            optionsOpen: options != nil, resends: options?.isChecked("resend") ?? (draft.whenUnknown == .resend),
            expiresAt: options?.raw("expires_at") ?? SendingForm.local(draft.expiresAt, context),
            expiresError: options?.error("expires_at"), sendAction: Paths.composeSend(draft.id),
            scheduleAction: Paths.composeSchedule(draft.id), scheduleOpen: schedule != nil,
            sendAt: schedule?.sendAt ?? times.suggested, sendAtMin: times.earliest, sendAtError: schedule?.message,
            timeZone: times.zone)
        return try context.page("Compose/ComposeConfirm", model, status: status)
    }
}

/// Recipients available for the previews: the first of the list, and all named in the findings.
struct ComposePeople: Sendable {
    let options: [ComposeConfirm.ReceiverOption]
    let chosen: FanOutReceiver?
    let chosenName: String

    private static let mostOptions = 50

    init(_ context: RequestContext, _ draft: Broadcast, _ findings: [Finding]) throws {
        let store = context.services.broadcasts
        let asked = context.request.query["receiver"].flatMap { Int64($0) }
        var found = try asked.flatMap { try store.receiver($0, of: draft.id) }
        var people = findings.flatMap(\.examples).map { (id: $0.receiverID, name: $0.name) }
        people += try store.receivers(of: draft.id, from: .newest, limit: Self.mostOptions).items.map { receiver in
            (receiver.id, receiver.label)
        }
        if found == nil, let first = people.first { found = try store.receiver(first.id, of: draft.id) }
        chosen = found
        chosenName = found?.receiver.label ?? ""
        if let receiver = found?.receiver { people.insert((receiver.id, chosenName), at: 0) }
        var seen = Set<Int64>()
        options = people.filter { seen.insert($0.id).inserted }.prefix(Self.mostOptions).map { id, name in
            ComposeConfirm.ReceiverOption(id: String(id), label: name, isSelected: id == found?.receiver.id)
        }
    }
}
