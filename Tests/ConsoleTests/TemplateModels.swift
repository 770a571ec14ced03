import Foundation
import Messaging

@testable import Console

/// Sample models of all pages with all optional values set and no empty list.
enum TemplateModels {
    static let folder = SiteFixture.root + "/Templates"

    static var all: [(template: String, model: any Sendable)] {
        pages + composeModels + directoryModels + settingsModels + accessModels + bulkModels + consentModels
    }

    private static var pages: [(template: String, model: any Sendable)] {
        [
            ("SignIn/Login", LoginPage(shell: shell, action: "/login", next: "/app", email: "a@b.org", error: "No.")),
            (
                "SignIn/Setup",
                SetupPage(shell: shell, action: "/s", hasProblems: true, problems: [problem], sections: [section])
            ),
            ("SignIn/Account", account),
            ("Shared/Error", error),
            ("Shared/Confirm", confirm),
            ("Overview/Overview", overview),
            ("SendLogs/SendLogs", logs),
            ("SendLogs/SavedFilters", savedFilters),
            ("SendLogs/SendLogRows", SendLogRows(rows: [row], live: true, refreshHref: "/r")),
            ("SendLogs/SendLogDetails", SendLogDetailsPage(shell: shell, backHref: "/b", details: details)),
            ("Providers/Providers", providers),
            ("Providers/ProviderForm", providerForm),
            ("Providers/ProviderTestResult", ProviderTestPart(result: testResult)),
            ("Sandbox/Sandbox", sandbox),
            ("Sandbox/SandboxItem", sandboxItem),
            (
                "Sandbox/SandboxSettings",
                SandboxSettingsPage(
                    shell: shell, backHref: "/b", action: "/a", hasProblems: true, problems: [problem],
                    sections: [section])
            ),
        ]
    }

    static let user = User(
        id: 1, email: "ada@example.org", name: "Ada Lovelace", role: Role(id: 1, name: "owner", permissions: []),
        timeZone: "UTC", isDisabled: false, createdAt: Timestamp(milliseconds: 0))

    static let shell = Shell(
        title: "Switchboard", path: "/app", csrf: "token", theme: "auto", themeAuto: true, themeLight: false,
        themeDark: false, signedIn: true, demo: true, user: ShellUser(user),
        nav: [
            NavGroup(
                label: "Communications",
                items: [NavItem(label: "Overview", href: "/o", icon: "gauge", current: true, count: "3")])
        ],
        flash: ShellFlash(Flash(.success, "Saved.")),
        assets: ShellAssets(styles: ["/css/app.css"], scripts: ["/js/app.js"], icon: "/favicon.svg"), homeHref: "/",
        accountHref: "/app/account", logoutHref: "/logout", themeHref: "/theme")

    static let problem = FormProblem(href: "#f-name", message: "Enter a name.")

    static let field: FormField = {
        var field = FormField.input(
            "name", "Name", value: "Ada", hint: "As others see it.", error: "Enter a name.", required: true,
            autocomplete: "name", width: "field--half")
        field.options = [SelectOption(value: "v", label: "V", selected: true)]
        (field.placeholder, field.inputmode, field.min, field.max) = ("p", "numeric", "0", "9")
        return field
    }()
    static let section = FormSection(title: "Settings", hint: "All of them.", fields: [field])

    private static let account = AccountPage(
        shell: shell, action: "/a", email: "e", role: "owner", hasProblems: true, problems: [problem],
        sections: [section], password: PasswordForm(action: "/p", fields: [field]))
    private static let error = ErrorPage(
        shell: shell, status: "404", title: "t", text: "x", advice: "a", actionHref: "/", actionLabel: "l",
        requestId: "r")
    private static let confirm = ConfirmPage(
        shell: shell, title: "t", text: "x", facts: [Fact(label: "l", value: "v")], action: "/a", confirmLabel: "c",
        busyLabel: "b", danger: true, cancelHref: "/c", hidden: [HiddenField(name: "n", value: "v")])

    private static let overview = OverviewPage(
        shell: shell, composeHref: "/c",
        channels: [
            ReadinessCard(
                channel: "email", label: "Email", usedFor: "u", notes: "n", state: "Ready", tone: "green", reason: "r",
                href: "/h", linkLabel: "l")
        ],
        stats: [Stat(label: "Pending", value: "1", note: "n", tone: "", href: "/s")], live: true, refreshHref: "/r",
        chart: Chart([OutboxOverview.Day(start: Timestamp(milliseconds: 0), sent: 2, failed: 1)]))

    static let message = MessageRow(
        id: 7, direction: .outbound, deliveryChannel: .email, type: .manual, status: .failed, recipientName: "Ada",
        address: "ada@example.org", subject: "Hello",
        entity: EntityReference(id: 1, kind: .member, externalID: "m-1", name: "Ada"), broadcastID: 1, providerID: 1,
        providerName: "Local", isSandbox: true, error: "550 no", attempts: 1, createdAt: Timestamp(milliseconds: 0),
        dueAt: Timestamp(milliseconds: 0), sentAt: nil, deliveredAt: nil, settledAt: nil)

    static let row: SendLogRow = {
        var words = RowWords(zone: .gmt, now: Timestamp(milliseconds: 0), opensRecords: true)
        return SendLogRow(message, &words)
    }()

    private static let timeline = TimelineItem(label: "Sent", at: "a", atISO: "i", tone: "green", note: "n")
    private static let reply = ReplyItem(from: "f", at: "a", atISO: "i", text: "t")

    private static let details = SendLogDetails(
        id: "7", title: "t", status: "sent", statusLabel: "Sent", channel: "email", channelLabel: "Email",
        sandbox: true, live: true, refreshHref: "/r",
        notice: DetailNotice(kind: "error", icon: "alert", title: "t", text: "x"), hasActions: true,
        actions: [DetailAction(id: "a", label: "l", action: "/a", busy: "b", style: "", hint: "h")], isEmail: true,
        isPhone: true, isErased: true, contentHref: "/c", plainText: "p", phoneKind: "sms", bubble: "b", subject: "s",
        recipients: "1", to: "t", sentBy: "s", sentAt: "a", entity: row.entity, snapshot: snapshot,
        hasMerge: true, merge: [Fact(label: "l", value: "v")], from: "f", replyTo: "r", provider: "p",
        chosenProvider: "c", extras: [Fact(label: "l", value: "v")], messageId: "m", type: "t", priority: "p",
        expires: "e", hasSuppressions: true, suppressions: ["s"], suppressionsHref: "/s", timeline: [timeline],
        hasAttempts: true,
        attempts: [
            AttemptRow(
                number: "1", at: "a", atISO: "i", provider: "p", outcome: "accepted", outcomeLabel: "Accepted",
                words: "w", took: "3 ms")
        ], hasReceipts: true,
        receipts: [ReceiptRow(at: "a", atISO: "i", state: "delivered", stateLabel: "Delivered", words: "w")],
        hasReplies: true, replies: [reply])

    private static let tab = Tab(label: "l", href: "/h", current: true, trouble: true)
    private static let providers = ProvidersPage(
        shell: shell, tabs: [tab], title: "t", intro: "i", addLabel: "a", canAdd: true,
        kinds: [ProviderKind(label: "l", hint: "h", icon: "server", href: "/h")],
        rows: [
            ProviderRow(
                name: "n", kindLabel: "k", from: "f", rate: "r", isDefault: true, sandbox: true, tone: "red",
                state: "Trouble", trouble: "t", editHref: "/e", editLabel: "Edit")
        ], hasRows: true, emptyIcon: "email", emptyTitle: "t", emptyText: "x")
    private static let testResult = ProviderTestResult(
        ok: true, title: "t", text: "x", words: "w", advice: "a", href: "/h", linkLabel: "l")
    private static let providerForm = ProviderFormPage(
        shell: shell, tabs: [tab], backHref: "/b", backLabel: "l", title: "t", kindLabel: "k", action: "/a",
        saveLabel: "s", sandbox: true, canEdit: true, hasProblems: true, problems: [problem], sections: [section],
        isDefault: true, isDisabled: true, hasMore: true, more: [ProviderMore(label: "l", action: "/a", busy: "b")],
        deleteHref: "/d",
        test: ProviderTest(
            action: "/t", label: "To", type: "email", name: "recipient", value: "v", autocomplete: "email", hint: "h",
            error: "e"), hooks: [Fact(label: "l", value: "v")], hasHooks: true, result: testResult)

    private static let sandbox = SandboxPage(
        shell: shell, action: "/a", settingsHref: "/s", composeHref: "/c",
        channels: [SelectOption(value: "", label: "All", selected: true)], query: "", hasFilters: true, clearHref: "/x",
        rows: [
            SandboxRow(
                id: "1", time: "t", timeISO: "i", channel: "email", channelLabel: "Email", to: "t", subject: "s",
                answer: "accepted", answerLabel: "Accepted", href: "/h")
        ], hasRows: true, hasPages: true, newerHref: "/n", olderHref: "/o")
    private static let sandboxItem = SandboxItemPage(
        shell: shell, backHref: "/b", title: "t", channel: "email", channelLabel: "Email", from: "f", to: "t",
        time: "t", timeISO: "i", answer: "accepted", answerLabel: "Accepted", subject: "s",
        extras: [Fact(label: "l", value: "v")], isEmail: true, isPhone: true, contentHref: "/c", plainText: "p",
        bubble: "b", phoneKind: "sms", raw: "r", messageHref: "/m",
        canAnswer: true, answerAction: "/a", replyAction: "/r",
        answers: [SandboxAnswerButton(value: "v", label: "l", icon: "read", busy: "b")], canReply: true,
        replyText: "r", replyError: "e", replies: [reply], hasTimeline: true, timeline: [timeline])
}
