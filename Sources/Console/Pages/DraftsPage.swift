import HTTPServing
import Messaging

/// Saved drafts, and what is scheduled: resume, duplicate, delete.
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
        /// Of what is scheduled only the schedule can be taken back.
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
            Route(.get, Paths.composeResume("{id}"), access) { visit in
                visit.redirect(to: try visit.composed().resumePath)
            },
            Route(.post, Paths.composeDuplicate("{id}"), access) { try duplicate($0) },
            Route(.get, Paths.composeDelete("{id}"), access) { try question($0) },
            Route(.post, Paths.composeDelete("{id}"), access) { try delete($0) },
        ]
    }

    private static func show(_ visit: Visit) throws -> Response {
        let page = try visit.services.broadcasts.drafts(from: visit.pageStart, limit: pageLength)
        let model = DraftsPage(
            shell: visit.shell(.drafts), newHref: Paths.composeNew, hasDrafts: !page.items.isEmpty,
            drafts: page.items.map { Row($0, visit) },
            nextPageHref: page.next.map { Paths.with(Paths.drafts, [("after", String($0))]) },
            firstPageHref: visit.pageStart == .newest ? nil : Paths.drafts)
        return try visit.page("Pages/Drafts", model)
    }

    private static func duplicate(_ visit: Visit) throws -> Response {
        let original = try visit.composed()
        let name = "Copy of \(original.label)".prefix(200)
        let copy = try visit.services.broadcasts.duplicateDraft(
            original.id, name: String(name), by: visit.principal.userID, at: visit.now)
        try visit.audit("duplicate draft", "broadcast \(original.id)", detail: "as broadcast \(copy)")
        return visit.redirect(to: Paths.drafts, .success, "“\(original.label)” was duplicated.")
    }

    private static func question(_ visit: Visit) throws -> Response {
        let draft = try visit.composed()
        if draft.status == .scheduled { return try ComposeSchedule.question(visit, draft) }
        guard draft.status == .draft else { throw sent(draft) }
        return try visit.page(
            "Pages/Confirm",
            ConfirmPage(
                shell: visit.shell(.drafts), title: "Delete this draft?",
                text: "“\(draft.label)” and its list of recipients will be gone.",
                facts: [
                    Fact(label: "Channels", value: Wording.list(draft.deliveryChannels.map(\.title))),
                    Fact(label: "Recipients", value: Wording.count(draft.receiverCount)),
                ], action: Paths.composeDelete(draft.id), confirmLabel: "Delete draft", busyLabel: "Deleting…",
                danger: true, cancelHref: Paths.drafts))
    }

    private static func delete(_ visit: Visit) throws -> Response {
        let draft = try visit.composed()
        do {
            try visit.services.broadcasts.deleteDraft(draft.id)
        } catch StoreConflict.state {
            throw sent(draft)
        }
        try visit.audit("delete draft", "broadcast \(draft.id)", detail: draft.label)
        return visit.redirect(to: Paths.drafts, .success, "“\(draft.label)” was deleted.")
    }

    private static func sent(_ draft: Broadcast) -> Failure {
        .conflict("“\(draft.label)” is no draft any more, so it cannot be deleted. Nothing was changed.")
    }
}

extension DraftsPage.Row {
    init(_ draft: Broadcast, _ visit: Visit) {
        let updated = visit.time(draft.updatedAt)
        let isScheduled = draft.status == .scheduled
        let sendAt = draft.sendAt.map { visit.time($0).text }
        self.init(
            name: draft.label, channels: draft.deliveryChannels.map(ChannelPill.init), updated: updated.text,
            updatedISO: updated.iso, status: isScheduled ? "Scheduled for \(sendAt ?? "later")" : draft.status.title,
            badge: isScheduled ? "scheduled" : "draft",
            resumeHref: isScheduled ? Paths.composeUnschedule(draft.id) : Paths.composeResume(draft.id),
            resumeLabel: isScheduled ? "Cancel Schedule" : "Resume Editing",
            duplicateAction: Paths.composeDuplicate(draft.id),
            deleteHref: isScheduled ? nil : Paths.composeDelete(draft.id))
    }
}
