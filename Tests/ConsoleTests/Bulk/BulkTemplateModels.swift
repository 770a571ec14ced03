import HTTPServing
import Messaging

@testable import Console

/// Sample models of the bulk pages with all optional values set.
extension TemplateModels {
    static var bulkModels: [(template: String, model: any Sendable)] {
        [
            ("Bulk/BulkList", list), ("Bulk/BulkForm", form), ("Bulk/BulkDetail", detail),
            ("Bulk/BulkPreview", preview), ("Bulk/BulkPublish", publish), ("Bulk/BulkProgress", progress),
        ]
    }

    private static let pill = ChannelPill(.email)
    private static let option = SelectOption(value: "v", label: "l", selected: true)
    private static let fact = Fact(label: "l", value: "v")
    private static let segments = SegmentsLine(template: "ё {{first_name}}")

    private static let list = BulkListPage(
        shell: shell, addHref: "/a", composeHref: "/c", action: "/a", query: "q", statuses: [option], isFiltered: true,
        clearHref: "/c", hasRows: true,
        rows: [
            BulkListPage.Row(
                name: "n", template: "t", channels: [pill], status: "Draft", badge: "draft", when: "w", whenISO: "i",
                recipients: "1", sent: "1", failed: "1", isFailed: true, viewHref: "/v", duplicateAction: "/d",
                deleteHref: "/x")
        ], note: "n", newerHref: "/n", olderHref: "/o")
    private static let form = BulkFormPage(
        shell: shell, backHref: "/b", backLabel: "b", title: "t", action: "/a", saveLabel: "s", hasProblems: true,
        problems: [problem],
        conflict: SaveConflict(by: "Grace", version: 2, reloadHref: "/r", fields: [("Name", "a", "b")]),
        version: "1", name: "n", nameError: "e", hasTemplates: true,
        templates: [BulkFormPage.Template(id: "1", label: "l", isSelected: true)], templateError: "e",
        channelsHref: "/c",
        channels: [
            BulkFormPage.Channel(value: "email", label: "Email", isChecked: true, isDisabled: true, note: "n")
        ], channelsError: "e", resends: true, expiresAt: "2026-12-24T08:00", expiresError: "e",
        timeZone: "UTC", templatesHref: "/t")
    private static let progress = BulkProgress(
        shell: shell, refreshHref: "/r", isLive: true,
        stats: [BulkProgress.Card(label: "Sent", value: "1", note: "n", tone: "green", href: "/h")], hasBar: true,
        done: "1", total: "2", percent: "50", rate: "10 a second", timeLeft: "1 minute", hasBooks: true, planned: "2",
        books: [BulkProgress.Line(label: "sent", value: "1", href: "/h", isLast: false)], balances: true,
        jobs: ["Adding"], unknown: "1", unknownWord: "message is", unknownHref: "/u", retryHref: "/y",
        assumeHref: "/s")
    private static let receivers = BulkReceivers(
        action: "/a", query: "q", statuses: [option], channels: [option], hasStatuses: true, isFiltered: true,
        clearHref: "/c", hasRows: true,
        rows: [
            BulkReceivers.Row(
                name: "n", email: "e", mobile: "m", origin: "o", originHref: "/o", hasOutcomes: true,
                outcomes: [
                    BulkReceivers.Outcome(channel: pill, badge: "sent", label: "Sent", error: "e", href: "/h")
                ], state: "s", stateTone: "green", removeAction: "/r")
        ], note: "n", newerHref: "/n", olderHref: "/o")
    private static let detail = BulkDetailPage(
        shell: shell, backHref: "/b", name: "n", status: "Draft", badge: "draft", facts: [fact], channels: [pill],
        templateName: "t", templateHref: "/t", isDraft: true, previewHref: "/p", editHref: "/e", publishHref: "/p",
        deleteHref: "/d", duplicateAction: "/d", unscheduleHref: "/u", pauseAction: "/p", resumeAction: "/r",
        cancelHref: "/c", resendHref: "/r", exportHref: "/e", logsHref: "/l", addFromChannelsHref: "/c",
        addFromSearchHref: "/s", progress: progress, receivers: receivers)
    private static let email = ComposeConfirm.EmailPreview(
        from: "f", to: "t", subject: "s", missingTo: "m", frameSrc: "/f", frameTitle: "t")
    private static let sms = ComposeConfirm.TextPreview(to: "t", missingTo: "m", text: "x", segments: segments)
    private static let whatsApp = ComposeConfirm.WhatsAppPreview(
        to: "t", missingTo: "m", text: "x", hasExtras: true, extras: [fact])
    private static let preview = BulkPreviewPage(
        shell: shell, backHref: "/b", backLabel: "b", previewHref: "/p",
        receivers: [ComposeConfirm.ReceiverOption(id: "1", label: "l", isSelected: true)], shownWith: "s",
        email: email, sms: sms, whatsApp: whatsApp, notifications: [notificationPreview])
    private static let publish = BulkPublishPage(
        shell: shell, backHref: "/b", backLabel: "b", version: "1", receiverTotal: "2", problem: "p", facts: [fact],
        channels: [pill],
        preflight: PreflightPart(
            findings: [
                FindingItem(
                    severity: "error", severityLabel: "Problem", title: "t", detail: "d",
                    examples: [FindingItem.Example(name: "n", href: "/h")], moreExamples: "m", mendHref: "/m",
                    mendLabel: "l")
            ], isClear: true, summary: "s", whole: "/w"), canSend: true, publishAction: "/p", scheduleAction: "/s",
        scheduleOpen: true, sendAt: "a", sendAtMin: "m", sendAtError: "e", timeZone: "z", previewHref: "/p")
}
