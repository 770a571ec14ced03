import HTTPServing
import Messaging

/// Step 1: by which delivery channels, and from where to start.
struct ComposeDelivery: Sendable {
    struct Choice: Sendable {
        let value: String
        let label: String
        let isChecked: Bool
        let isReady: Bool
        let isSandbox: Bool
        let isMissing: Bool
        let providerName: String?
        let setUpHref: String?
    }

    struct SavedDraft: Sendable {
        let name: String
        let channels: [ChannelPill]
        let updated: String
        let updatedISO: String
        let status: String
        let resumeHref: String
    }

    let shell: Shell
    let steps: [ComposeStep]
    let action: String
    let version: String?
    let problem: String?
    let deliveryChannels: [Choice]
    let deliveryChannelsError: String?
    let isNew: Bool
    let startsBlank: Bool
    let startsSaved: Bool
    let startingPointError: String?
    let hasSavedDrafts: Bool
    let savedDrafts: [SavedDraft]
    let draftsHref: String

    static var routes: [Route] {
        let access = Access.one(.composeSend)
        let existing = Paths.composeDelivery("{id}")
        return [
            Route(.get, Paths.composeNew, access) { visit in
                try show(visit, nil, Form(Fields()), chosen: [], startsSaved: visit.request.query["start"] == "saved")
            },
            Route(.post, Paths.compose, access) { try create($0) },
            Route(.get, existing, access) { visit in
                try visit.withDraft { try show(visit, $0, Form(Fields()), chosen: $0.deliveryChannels) }
            },
            Route(.post, existing, access) { visit in try visit.withDraft { try change(visit, $0) } },
        ]
    }

    private static func create(_ visit: Visit) throws -> Response {
        var form = Form(visit.request)
        let chosen = channels(&form)
        let startsSaved = form.raw("starting_point") == "saved"
        if startsSaved {
            form.reject("starting_point", "Choose Resume beside the draft you want to go on with.")
        }
        guard form.isValid else {
            return try show(visit, nil, form, chosen: chosen, startsSaved: startsSaved, status: 422)
        }
        let id = try visit.services.broadcasts.createDraft(
            name: "", deliveryChannels: chosen, composition: Composition(), by: visit.principal.userID, at: visit.now)
        return visit.redirect(to: Paths.composeMessage(id))
    }

    private static func change(_ visit: Visit, _ draft: Broadcast) throws -> Response {
        var form = Form(visit.request)
        let chosen = channels(&form)
        guard form.isValid else { return try show(visit, draft, form, chosen: chosen, status: 422) }
        if chosen != draft.deliveryChannels {
            do {
                _ = try visit.services.broadcasts.saveDraft(
                    draft.id, version: form.number("version") ?? 0, change: DraftChange(deliveryChannels: chosen),
                    by: visit.principal.userID, at: visit.now)
            } catch StoreConflict.version {
                return try show(
                    visit, try visit.composed(), form, chosen: chosen, status: 409,
                    problem: "Somebody else changed this draft meanwhile. Press Next to keep your choice.")
            }
        }
        return visit.redirect(to: Paths.composeMessage(draft.id))
    }

    private static func channels(_ form: inout Form) -> [DeliveryChannel] {
        let names = form.fields.all("delivery_channels")
        let chosen = DeliveryChannel.composable.filter { names.contains($0.rawValue) }
        if chosen.isEmpty || names.contains(where: { name in !chosen.contains { $0.rawValue == name } }) {
            form.reject("delivery_channels", "Choose at least one delivery channel.")
        }
        return chosen
    }

    private static func show(
        _ visit: Visit, _ draft: Broadcast?, _ form: Form, chosen: [DeliveryChannel], startsSaved: Bool = false,
        status: Int = 200, problem: String? = nil
    ) throws -> Response {
        let drafts =
            draft == nil ? try visit.services.broadcasts.drafts(from: .newest, limit: 10).items : []
        let saved = drafts.filter { $0.status == .draft }.map { SavedDraft($0, visit) }
        let readiness = try visit.readiness(DeliveryChannel.composable)
        let model = ComposeDelivery(
            shell: visit.shell(.compose), steps: ComposeStep.all(at: .delivery, of: draft),
            action: draft.map { Paths.composeDelivery($0.id) } ?? Paths.compose,
            version: draft.map { String($0.version) }, problem: problem,
            deliveryChannels: readiness.map { Choice($0, isChecked: chosen.contains($0.channel), visit) },
            deliveryChannelsError: form.error("delivery_channels"), isNew: draft == nil, startsBlank: !startsSaved,
            startsSaved: startsSaved, startingPointError: form.error("starting_point"),
            hasSavedDrafts: !saved.isEmpty, savedDrafts: saved, draftsHref: Paths.drafts)
        return try visit.page("Pages/ComposeDelivery", model, status: status)
    }
}

extension ComposeDelivery.Choice {
    init(_ readiness: Readiness, isChecked: Bool, _ visit: Visit) {
        value = readiness.channel.rawValue
        label = readiness.channel.title
        self.isChecked = isChecked
        isReady = readiness.state == .ready
        isSandbox = readiness.state == .sandbox
        isMissing = !isReady && !isSandbox
        providerName = isMissing ? nil : readiness.provider?.name
        setUpHref =
            isMissing
            ? ProviderSection.of(readiness.channel).flatMap { visit.link(Paths.providers($0)) } : nil
    }
}

extension ComposeDelivery.SavedDraft {
    init(_ draft: Broadcast, _ visit: Visit) {
        let updated = visit.time(draft.updatedAt)
        self.init(
            name: draft.label, channels: draft.deliveryChannels.map(ChannelPill.init), updated: updated.text,
            updatedISO: updated.iso, status: draft.status.title, resumeHref: Paths.composeResume(draft.id))
    }
}
