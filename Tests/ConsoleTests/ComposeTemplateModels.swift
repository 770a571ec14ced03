import HTTPServing
import Messaging

@testable import Console

/// Sample models of the wizard's pages with all optional values set.
extension TemplateModels {
    static var composeModels: [(template: String, model: any Sendable)] {
        [
            ("Compose/ComposeDelivery", delivery), ("Compose/ComposeMessage", writing),
            ("Compose/ComposeRecipients", recipients), ("Compose/ComposeConfirm", confirmation),
            ("Compose/Drafts", drafts),
            ("Audience/AudienceSearchResults", results), ("Audience/AudienceAdding", adding),
            ("Audience/AudienceChannels", channels), ("Audience/AudienceChannel", channel),
            ("Audience/AudienceSearchPage", searchPage),
        ]
    }

    private static let step = ComposeStep(number: "1", label: "l", href: "/h", isCurrent: true, isDone: true)
    private static let pill = ChannelPill(.email)
    private static let segments = SegmentsLine(template: "ё {{first_name}}")

    private static let delivery = ComposeDelivery(
        shell: shell, steps: [step], action: "/a", version: "1", problem: "p",
        deliveryChannels: [
            ComposeDelivery.Choice(
                value: "email", label: "Email", isChecked: true, isReady: true, isSandbox: true, isMissing: true,
                providerName: "n", setUpHref: "/s")
        ], deliveryChannelsError: "e", isNew: true, startsBlank: true, startsSaved: true, startsTemplate: true,
        startingPointError: "e",
        templateQuery: "q", templateSearchHref: "/n", hasTemplates: true,
        templates: [
            ComposeDelivery.TemplateRow(
                id: "1", name: "n", channels: [pill], channelWords: "email", priority: "High", viewHref: "/v")
        ], hasMoreTemplates: true, templatesEmpty: "e", setUpTemplatesHref: "/t",
        hasSavedDrafts: true,
        savedDrafts: [
            ComposeDelivery.SavedDraft(
                name: "n", channels: [pill], updated: "u", updatedISO: "i", status: "Draft", resumeHref: "/r")
        ], draftsHref: "/d")

    private static let notification: ComposeMessage.Notification = {
        var form = Form(Fields())
        for part in ["title", "body", "icon", "action_url"] { form.reject("push_\(part)", "e") }
        return ComposeMessage.Notification(.push, .init(title: "t", body: "b"), form)
    }()
    static let notificationPreview = ComposeConfirm.NotificationPreview(
        channel: "push", label: "l", to: "t", missingTo: "m", title: "t", text: "x", hasExtras: true,
        extras: [Fact(label: "l", value: "v")])

    private static let writing = ComposeMessage(
        shell: shell, steps: [step], action: "/a", autosaveURL: "/s", reloadHref: "/r", deliveryHref: "/d",
        draftId: "1", version: "1", theirVersion: "2", problem: "p", conflict: true, savedAt: "12:00:00", name: "n",
        nameError: "e",
        hasEmail: true, emailSubject: "s", emailSubjectError: "e", emailHTML: "h", emailHTMLError: "e",
        emailProject: "p", wrappers: [SelectOption(value: "none", label: "l", selected: true)], wrapperError: "e",
        hasSMS: true, smsText: "t", smsTextError: "e", smsSegments: segments, hasWhatsApp: true,
        whatsAppText: "w", whatsAppTextError: "e", approved: [SelectOption(value: "v", label: "l", selected: true)],
        hasApproved: true, notifications: [notification], placeholders: [ComposeMessage.Placeholder(token: "{{x}}")],
        channels: [pill])

    private static let add: ComposeRecipients.AddRecipient = {
        var form = Form(Fields([("first_name", "A")]))
        for name in ["first_name", "last_name", "email", "mobile", "add"] { form.reject(name, "e") }
        return ComposeRecipients.AddRecipient(form, draft)
    }()

    static let draft = Broadcast(
        id: 1, name: "n", origin: .compose, status: .draft, deliveryChannels: [.email, .sms],
        composition: Composition(), type: .manual, priority: .normal, whenUnknown: .hold, version: 1,
        receiverCount: 1, sendAt: nil, createdBy: nil, createdByName: nil, createdAt: Timestamp(milliseconds: 0),
        updatedAt: Timestamp(milliseconds: 0))

    private static let results = AudienceSearchResults(
        shell: shell, addAction: "/a", addAllAction: "/b", addAllLabel: "l",
        hidden: [HiddenField(name: "n", value: "v")], hasHits: true,
        hits: [
            AudienceSearchResults.Hit(id: "1", name: "n", detail: "d", email: "e", mobile: "m", isAdded: true)
        ], hasMore: true, emptyText: "e", shownText: "s")

    private static let adding = AudienceAdding(
        isAdding: true, isDone: true, text: "t", percent: "1", partHref: "/p", pageHref: "/q")

    private static let channels = AudienceChannels(
        shell: shell, backHref: "/b", backLabel: "l", searchHref: "/s", query: "q", isSearch: true, createHref: "/c",
        addAction: "/a", hasRows: true,
        rows: [
            AudienceChannels.Row(
                id: "1", name: "n", description: "d", subscribers: "1 subscriber", isEmpty: true, manageHref: "/m")
        ], newerHref: "/n", olderHref: "/o")

    private static let channel = AudienceChannel(
        shell: shell, backHref: "/b", name: "n", description: "d", count: "1", countWord: "subscriber",
        importAction: "/i", channelId: "1", canImport: true, addAction: "/a", hasProblems: true,
        problems: [FormProblem(href: "#f", message: "m")], sections: [section], hasRows: true,
        rows: [
            ChannelDetailPage.Row(
                name: "n", email: "e", mobile: "m", source: "s", added: "a", addedISO: "i", removeAction: "/r")
        ], newerHref: "/n", olderHref: "/o")

    private static let search = AudienceSearch(
        pageHref: "/p", resultsURL: "/r",
        kinds: [AudienceSearch.Kind(label: "Members", href: "/k", isCurrent: true)], kindLabel: "members", query: "q",
        fields: [SelectOption(value: "v", label: "l", selected: true)],
        chips: [FilterChip(label: "l", value: "v", removeHref: "/x")], hasFilters: true, clearHref: "/c",
        kept: [HiddenField(name: "n", value: "v")], results: results)

    private static let searchPage = AudienceSearchPage(
        shell: shell, backHref: "/b", backLabel: "l", adding: adding, search: search)

    private static let recipients = ComposeRecipients(
        shell: shell, steps: [step], backHref: "/b", nextAction: "/n", problem: "p", notice: "n", add: add,
        channelsHref: "/c", adding: adding,
        search: search, count: "1", countWord: "recipient",
        hasRecipients: true,
        recipients: [
            ComposeRecipients.Row(
                id: "1", name: "n", nameHref: "/n", email: "e", mobile: "m", origin: "o", originHref: "/o",
                status: "Ready", statusTone: "green", removeAction: "/r")
        ], nextPageHref: "/n", firstPageHref: "/f")

    private static let confirmation = ComposeConfirm(
        shell: shell, steps: [step], backHref: "/b", confirmHref: "/c", version: "1", receiverTotal: "1",
        problem: "p", name: "n", channels: [pill], recipientCount: "1", recipientCountWord: "recipient",
        messageCount: "1 message", providers: [Fact(label: "l", value: "v")], hasReceivers: true,
        receivers: [ComposeConfirm.ReceiverOption(id: "1", label: "l", isSelected: true)], receiverName: "r",
        email: ComposeConfirm.EmailPreview(
            from: "f", to: "t", subject: "s", missingTo: "m", frameSrc: "/f", frameTitle: "t"),
        sms: ComposeConfirm.TextPreview(to: "t", missingTo: "m", text: "x", segments: segments),
        whatsApp: ComposeConfirm.WhatsAppPreview(
            to: "t", missingTo: "m", text: "x", hasExtras: true, extras: [Fact(label: "l", value: "v")]),
        notifications: [notificationPreview],
        preflight: PreflightPart(
            findings: [
                FindingItem(
                    severity: "error", severityLabel: "Problem", title: "t", detail: "d",
                    examples: [FindingItem.Example(name: "n", href: "/h")], moreExamples: "and 2 others",
                    mendHref: "/m",
                    mendLabel: "l")
            ], isClear: true, summary: "1 problem", whole: "/w"), canSend: true, optionsAction: "/o",
        optionsOpen: true, resends: true, expiresAt: "2026-12-24T08:00", expiresError: "e", sendAction: "/s",
        scheduleAction: "/s", scheduleOpen: true, sendAt: "s", sendAtMin: "m", sendAtError: "e", timeZone: "UTC")

    private static let drafts = DraftsPage(
        shell: shell, newHref: "/n", hasDrafts: true,
        drafts: [
            DraftsPage.Row(
                name: "n", channels: [pill], updated: "u", updatedISO: "i", status: "Draft", badge: "draft",
                resumeHref: "/r", resumeLabel: "Resume Editing", duplicateAction: "/d", deleteHref: "/x")
        ], nextPageHref: "/n", firstPageHref: "/f")
}
