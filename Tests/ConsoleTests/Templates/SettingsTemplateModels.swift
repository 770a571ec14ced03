import HTTPServing
import Messaging

@testable import Console

/// Sample models of the channel and template pages with all optional values set.
extension TemplateModels {
    static var settingsModels: [(template: String, model: any Sendable)] {
        [
            ("Channels/Channels", channels), ("Channels/ChannelForm", channelForm),
            ("Channels/ChannelDetail", channelDetail),
            ("Channels/SubscriberForm", subscriberForm), ("Templates/EmailWrappers", wrappers),
            ("Templates/EmailWrapperForm", wrapperForm), ("Templates/MailTemplates", mailTemplates),
            ("Templates/MailTemplateForm", mailTemplateForm), ("Templates/MessageTemplates", messageTemplates),
            ("Templates/MessageTemplateForm", messageTemplateForm),
            ("Templates/MessageTemplateView", messageTemplateView),
        ]
    }

    private static let tab = Tab(label: "l", href: "/h", current: true, trouble: true)
    private static let option = SelectOption(value: "v", label: "l", selected: true)
    private static let emailPill = ChannelPill(.email)
    private static let conflict = SaveConflict(by: "Grace", version: 2, reloadHref: "/r", fields: [("Name", "a", "b")])
    private static let frame = EditorFrame(
        backHref: "/b", backLabel: "l", cancelHref: "/c", title: "t", action: "/a", saveLabel: "s", canEdit: true,
        version: "1", hasProblems: true, problems: [problem], conflict: conflict, isStored: true, hasUses: true,
        uses: [use], deleteHref: "/d")
    private static let use = UseItem(name: "n", kind: "k", href: "/h")
    private static let variable = MessageTemplateFormPage.Variable(name: "{{x}}", tone: "green", note: "n")

    private static let channels = ChannelsPage(
        shell: shell, tabs: [tab], query: "q", searchHref: "/s", addHref: "/a", hasRows: true, isSearch: true,
        rows: [
            ChannelsPage.Row(
                name: "n", description: "d", subscribers: "3", viewHref: "/v", editHref: "/e", deleteHref: "/d")
        ], newerHref: "/n", olderHref: "/o")
    private static let channelForm = ChannelFormPage(
        shell: shell, backHref: "/b", backLabel: "l", title: "t", action: "/a", saveLabel: "s", hasProblems: true,
        problems: [problem],
        conflict: SaveConflict(by: "b", version: 1, reloadHref: "/r", fields: [("l", "a", "b")]), version: "1",
        sections: [section])
    private static let channelDetail = ChannelDetailPage(
        shell: shell, backHref: "/b", name: "n", description: "d", count: "1", countWord: "subscriber", addHref: "/a",
        importHref: "/i",
        editHref: "/e", deleteHref: "/d", hasRows: true,
        rows: [
            ChannelDetailPage.Row(
                name: "n", email: "e", mobile: "m", source: "s", added: "a", addedISO: "i", removeAction: "/r")
        ], newerHref: "/n", olderHref: "/o")
    private static let subscriberForm = SubscriberFormPage(
        shell: shell, backHref: "/b", channelName: "c",
        sources: [SubscriberFormPage.Source(label: "Ad-hoc", href: "/h", isCurrent: true)], isEntity: true,
        action: "/a", hasProblems: true, problems: [problem], sections: [section], searchHref: "/s", kinds: [option],
        query: "q", hasSearched: true, hasHits: true,
        hits: [SubscriberFormPage.Hit(id: "1", name: "n", detail: "d", address: "a")], emptyText: "e")
    private static let wrappers = EmailWrappersPage(
        shell: shell, tabs: [tab], addHref: "/a", hasRows: true,
        rows: [
            EmailWrappersPage.Row(
                name: "n", isDefault: true, updated: "u", updatedISO: "i", openHref: "/o", openLabel: "Edit",
                deleteHref: "/d")
        ])
    private static let wrapperForm = EmailWrapperFormPage(
        shell: shell, frame: frame, name: "n", nameError: "e", isDefault: true,
        headerHTML: "h", headerError: "e", html: "h", htmlError: "e", footerHTML: "f", footerError: "e",
        colours: [
            EmailWrapperFormPage.Colours(
                label: "Header", backgroundName: "b", background: "#fff", backgroundError: "e", textName: "t",
                text: "#000", textError: "e")
        ], previewAction: "/p")
    private static let mailTemplates = MailTemplatesPage(
        shell: shell, tabs: [tab], addHref: "/a", hasRows: true,
        rows: [
            MailTemplatesPage.Row(
                name: "n", updated: "u", updatedISO: "i", openHref: "/o", openLabel: "Edit", deleteHref: "/d")
        ])
    private static let mailTemplateForm = MailTemplateFormPage(
        shell: shell, frame: frame, name: "n", nameError: "e", headerHTML: "h",
        headerError: "e", footerHTML: "f", footerError: "e", previewAction: "/p")
    private static let messageTemplates = MessageTemplatesPage(
        shell: shell, tabs: [tab], query: "q", searchHref: "/s", addHref: "/a", hasRows: true, isSearch: true,
        rows: [
            MessageTemplatesPage.Row(
                name: "n", channels: [emailPill], priority: "High", isActive: true, updated: "u", updatedISO: "i",
                viewHref: "/v", editHref: "/e", duplicateAction: "/d")
        ], newerHref: "/n", olderHref: "/o")
    private static let messageTemplateForm = MessageTemplateFormPage(
        shell: shell, frame: frame, name: "n", nameError: "e", priorities: [option], isActive: true,
        channels: [emailPill], hasChannels: true, placeholders: [ComposeMessage.Placeholder(token: "{{x}}")],
        variables: "x", variablesError: "e", hasFound: true, found: [variable], emailSubject: "s",
        emailSubjectError: "e", emailHTML: "h", emailHTMLError: "e", emailProject: "p", mailServers: [option],
        mailServerError: "e", wrappers: [option], wrapperError: "e", mailTemplates: [option], mailTemplateError: "e",
        smsText: "t", smsTextError: "e", smsSegments: SegmentsLine(template: "ё {{first_name}}"), gateways: [option],
        gatewayError: "e", whatsAppText: "w", whatsAppTextError: "e", omniChannels: [option], omniChannelError: "e",
        providerTemplate: "p", providerTemplateError: "e", language: "en", parameters: "x", parametersError: "e",
        notifications: [
            MessageTemplateFormPage.Notification(
                title: "Push", prefix: "push", hint: "h", isOpen: true, fields: section.fields)
        ], contentError: "e")
    private static let messageTemplateView = MessageTemplateViewPage(
        shell: shell, backHref: "/b", name: "n", isActive: true, priority: "High", channels: [emailPill],
        updated: "u", updatedISO: "i", updatedBy: "b", editHref: "/e", duplicateAction: "/d", deleteHref: "/x",
        viewHref: "/v", kinds: [option], query: "q", shownWith: "s", sampleHref: "/s", hasCandidates: true,
        candidates: [MessageTemplateViewPage.Candidate(label: "l", href: "/h")], nobodyFound: "n", hasEmail: true,
        subject: "s", frameSrc: "/f",
        texts: [
            MessageTemplateViewPage.Text(
                title: "SMS", kind: "sms", head: "h", text: "t", segments: SegmentsLine(template: "ё {{first_name}}"),
                hasExtras: true, extras: [Fact(label: "l", value: "v")])
        ], wrapper: "w", mailTemplate: "m", providerTemplate: "p",
        providers: [Fact(label: "l", value: "v")], hasVariables: true, variables: [variable],
        entityID: "1", hasTestSends: true,
        testSends: [
            MessageTemplateViewPage.TestSend(label: "Email", channel: "email", action: "/a", asksMobile: true, to: "t")
        ])
}
