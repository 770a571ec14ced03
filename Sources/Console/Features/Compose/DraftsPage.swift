import HTTPServing
import Messaging

/// Saved drafts and scheduled messages: resume, duplicate, delete.
struct DraftsPage: Sendable {
    struct Row: Sendable {
        let name: String
        let channels: [ChannelPill]
        let updated: String
        let updatedISO: String
        let status: String
        let badge: String
        let resumeHref: String
        let resumeLabel: String
        let duplicateAction: String
        /// `nil` for scheduled messages, whose schedule can only be cancelled.
        let deleteHref: String?
    }

    let shell: Shell
    let newHref: String
    let hasDrafts: Bool
    let drafts: [Row]
    let nextPageHref: String?
    let firstPageHref: String?

    private static let pageLength = 25

    static var routes: [Route] {
        let access = Access.one(.composeSend)
        return [
            Route(.get, Paths.drafts, access) { try show($0) },
            Route(.get, Paths.composeResume("{id}"), access) { context in
                context.redirect(to: try context.composed().resumePath)
            },
            Route(.post, Paths.composeDuplicate("{id}"), access) { try duplicate($0) },
            Route(.get, Paths.composeDelete("{id}"), access) { try question($0) },
            Route(.post, Paths.composeDelete("{id}"), access) { try delete($0) },
        ]
    }

    private static func show(_ context: RequestContext) throws -> Response {
        let page = try context.services.broadcasts.drafts(from: context.pageStart, limit: pageLength)
        let model = DraftsPage(
            shell: context.shell(.drafts), newHref: Paths.composeNew, hasDrafts: !page.items.isEmpty,
            drafts: page.items.map { Row($0, context) },
            nextPageHref: page.next.map { Paths.with(Paths.drafts, [("after", String($0))]) },
            firstPageHref: context.pageStart == .newest ? nil : Paths.drafts)
        return try context.page("Compose/Drafts", model)
    }

    private static func duplicate(_ context: RequestContext) throws -> Response {
        let original = try context.composed()
        let name = "Copy of \(original.displayName)".prefix(200)
        try context.perform(DuplicateDraft(original, name: String(name)))
        return context.redirect(to: Paths.drafts, .success, "“\(original.displayName)” was duplicated.")
    }

    private static func question(_ context: RequestContext) throws -> Response {
        let draft = try context.composed()
        if draft.status == .scheduled { return try ComposeSchedule.question(context, draft) }
        guard draft.status == .draft else { throw sent(draft) }
        return try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.drafts), title: "Delete this draft?",
                text: "“\(draft.displayName)” and its list of recipients will be gone.",
                facts: [
                    Fact(label: "Channels", value: EnglishFormat.list(draft.deliveryChannels.map(\.title))),
                    Fact(label: "Recipients", value: EnglishFormat.count(draft.receiverCount)),
                ], action: Paths.composeDelete(draft.id), confirmLabel: "Delete draft", busyLabel: "Deleting…",
                danger: true, cancelHref: Paths.drafts))
    }

    private static func delete(_ context: RequestContext) throws -> Response {
        let draft = try context.composed()
        do {
            try context.perform(DeleteDraft(draft))
        } catch StoreConflict.state {
            throw sent(draft)
        }
        return context.redirect(to: Paths.drafts, .success, "“\(draft.displayName)” was deleted.")
    }

    private static func sent(_ draft: Broadcast) -> Failure {
        .conflict("“\(draft.displayName)” is no longer a draft, so it cannot be deleted. Nothing was changed.")
    }
}

extension DraftsPage.Row {
    init(_ draft: Broadcast, _ context: RequestContext) {
        let updated = context.time(draft.updatedAt)
        let isScheduled = draft.status == .scheduled
        let sendAt = draft.sendAt.map { context.time($0).text }
        self.init(
            name: draft.displayName, channels: draft.deliveryChannels.map(ChannelPill.init), updated: updated.text,
            updatedISO: updated.iso, status: isScheduled ? "Scheduled for \(sendAt ?? "later")" : draft.status.title,
            badge: isScheduled ? "scheduled" : "draft",
            resumeHref: isScheduled ? Paths.composeUnschedule(draft.id) : Paths.composeResume(draft.id),
            resumeLabel: isScheduled ? "Cancel Schedule" : "Resume Editing",
            duplicateAction: Paths.composeDuplicate(draft.id),
            deleteHref: isScheduled ? nil : Paths.composeDelete(draft.id))
    }
}
