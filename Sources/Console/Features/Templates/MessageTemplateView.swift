import HTTPServing
import Messaging

struct MessageTemplateViewPage: Sendable {
    struct Text: Sendable {
        let title: String
        let kind: String
        let head: String
        let text: String
        let segments: SegmentsLine?
        let hasExtras: Bool
        let extras: [Fact]
    }

    struct Candidate: Sendable {
        let label: String
        let href: String
    }

    struct TestSend: Sendable {
        let label: String
        let channel: String
        let action: String
        let asksMobile: Bool
        let to: String
    }

    let shell: Shell
    let backHref: String
    let name: String
    let isActive: Bool
    let priority: String
    let channels: [ChannelPill]
    let updated: String
    let updatedISO: String
    let updatedBy: String?
    let editHref: String?
    let duplicateAction: String?
    let deleteHref: String?
    let viewHref: String
    let kinds: [SelectOption]
    let query: String
    let shownWith: String
    let sampleHref: String?
    let hasCandidates: Bool
    let candidates: [Candidate]
    let nobodyFound: String?
    let hasEmail: Bool
    let subject: String
    let frameSrc: String
    let texts: [Text]
    let wrapper: String?
    let mailTemplate: String?
    let providerTemplate: String?
    /// Selected providers and what prevents their use.
    let providers: [Fact]
    let hasVariables: Bool
    let variables: [MessageTemplateFormPage.Variable]
    let entityID: String?
    let hasTestSends: Bool
    let testSends: [TestSend]
}

/// Preview of a template for a receiver, and *Send a test to me*.
enum MessageTemplateView {
    static var routes: [Route] {
        [
            Route(.get, Paths.messageTemplate("{id}"), .one(.readMessageTemplates), policy: .previews) { context in
                try show(context, context.messageTemplate())
            },
            Route(.get, Paths.messageTemplatePreview("{id}"), .one(.readMessageTemplates), policy: .message) {
                context in
                let reader = try TemplateReader(context)
                return MessageFrame.response(try reader.rendered(.email, of: context.messageTemplate())?.html ?? "")
            },
            Route(.post, Paths.testMessageTemplate("{id}"), .any([.sendEmail, .sendSMS])) { try test($0) },
        ]
    }

    private static func show(_ context: RequestContext, _ template: MessageTemplate) throws -> Response {
        let reader = try TemplateReader(context)
        let draft = template.draft
        let email = try reader.rendered(.email, of: template)
        let path = Paths.messageTemplate(template.id)
        let updated = context.time(template.updatedAt)
        let layout = try context.services.templates.layout(
            draft.email.wrapper, mailTemplate: draft.email.mailTemplateID)
        let variables = MessageTemplateEditor.compared(TemplateVariables(of: draft))
        let testSends = testSends(context, template)
        let model = MessageTemplateViewPage(
            shell: context.shell(.communicationSettings), backHref: Paths.messageTemplates, name: template.name,
            isActive: template.isActive, priority: template.priority.title,
            channels: template.deliveryChannels.map(ChannelPill.init), updated: updated.text, updatedISO: updated.iso,
            updatedBy: template.updatedByName, editHref: context.link(Paths.editMessageTemplate(template.id)),
            duplicateAction: context.link(Paths.duplicateMessageTemplate(template.id), .post),
            deleteHref: context.link(Paths.deleteMessageTemplate(template.id)), viewHref: path,
            kinds: EntityKind.allCases.map {
                SelectOption(value: $0.rawValue, label: $0.title, selected: $0 == reader.kind)
            }, query: reader.query, shownWith: reader.entity.map { $0.entity?.displayName ?? "" } ?? "sample values",
            sampleHref: reader.entity == nil ? nil : path, hasCandidates: !reader.candidates.isEmpty,
            candidates: reader.candidates.map {
                MessageTemplateViewPage.Candidate(
                    label: "\($0.displayName) (\($0.externalID))",
                    href: Paths.with(path, [("entity", String($0.id))]))
            }, nobodyFound: reader.nobodyFound, hasEmail: email != nil, subject: email?.subject ?? "",
            frameSrc: Paths.with(
                Paths.messageTemplatePreview(template.id), [("entity", reader.entityID.map(String.init))]),
            texts: try [.sms, .whatsapp, .push, .inApp].compactMap { try text($0, reader, template) },
            wrapper: email == nil ? nil : layout.wrapper?.name ?? "None",
            mailTemplate: email == nil ? nil : layout.mailTemplate?.name,
            providerTemplate: draft.whatsapp.approved?.title, providers: try providers(context, draft),
            hasVariables: !variables.isEmpty, variables: variables,
            entityID: reader.entityID.map(String.init), hasTestSends: !testSends.isEmpty, testSends: testSends)
        return try context.page("Templates/MessageTemplateView", model)
    }

    private static func providers(_ context: RequestContext, _ draft: MessageTemplateDraft) throws -> [Fact] {
        let accounts = try context.services.providers.providers(for: nil)
        return draft.deliveryChannels.compactMap { channel in
            guard let chosen = draft.composition[provider: channel] else { return nil }
            let readiness = Readiness(channel, among: accounts, context.services.catalog, chosen: chosen)
            let name = readiness.provider?.name ?? ""
            return Fact(
                label: EnglishFormat.opening(ProviderSection.of(channel)?.one ?? "provider"),
                value: readiness.passedOver.map { $0 + (name.isEmpty ? "" : " \(name) sends instead.") } ?? name)
        }
    }

    private static func text(
        _ channel: DeliveryChannel, _ reader: TemplateReader, _ template: MessageTemplate
    ) throws -> MessageTemplateViewPage.Text? {
        guard let rendered = try reader.rendered(channel, of: template) else { return nil }
        return MessageTemplateViewPage.Text(
            title: channel.title, kind: channel == .whatsapp ? "whatsapp" : "sms",
            head: rendered.subject.isEmpty ? channel.title : rendered.subject, text: rendered.text,
            segments: channel == .sms ? SegmentsLine(merged: rendered.text) : nil,
            hasExtras: !rendered.extras.isEmpty, extras: rendered.extras.facts)
    }

    // MARK: Test message

    private static let testable: [DeliveryChannel] = [.email, .sms, .whatsapp]

    private static func testSends(_ context: RequestContext, _ template: MessageTemplate) -> [MessageTemplateViewPage
        .TestSend]
    {
        testable.filter { template.deliveryChannels.contains($0) && context.allows($0.sendPermission) }
            .map { channel in
                MessageTemplateViewPage.TestSend(
                    label: channel.title, channel: channel.rawValue, action: Paths.testMessageTemplate(template.id),
                    asksMobile: channel != .email, to: context.user?.email ?? "")
            }
    }

    /// Sends one message to the visitor: by email to their own address, otherwise to a number they enter.
    private static func test(_ context: RequestContext) throws -> Response {
        let template = try context.messageTemplate()
        let back = Paths.with(
            context.link(Paths.messageTemplate(template.id)) ?? Paths.account,
            [("entity", context.request.form["entity"])])
        guard let channel = DeliveryChannel(rawValue: context.request.form["delivery_channel"] ?? ""),
            testable.contains(channel), let user = context.user
        else { throw Failure.badRequest("Say by which delivery channel.") }
        try context.require(channel.sendPermission)
        guard let content = try context.services.templates.content(of: template.draft, for: channel) else {
            return context.redirect(to: back, .warning, "The template has no content for \(channel.title).")
        }
        var receiver = Receiver(firstName: user.name, email: user.email, origin: .manual)
        if channel != .email {
            let phones = try context.phones()
            do throws(AddressProblem) {
                receiver.mobile = try phones.e164(context.request.form["mobile"] ?? "")
            } catch {
                return context.redirect(to: back, .warning, "Not sent. \(error.message)")
            }
        }
        let reader = try TemplateReader(context)
        let values = try reader.values(for: ContentRenderer(content))
        let message = SingleMessage(
            origin: .direct, content: content, receiver: receiver, variables: values, priority: template.priority,
            providerID: template.draft.composition[provider: channel])
        let accepted = try context.perform(SendMessage(message, testing: template))
        guard let id = accepted.newID else { return context.redirect(to: back) }
        let address = channel == .email ? receiver.email : receiver.mobile
        return context.redirect(
            to: back, .success, "A test is on its way to \(address): message \(id) in the send logs.")
    }
}

/// Source of a template's preview values: a record or samples.
struct TemplateReader {
    let kind: EntityKind
    let query: String
    let entityID: Int64?
    /// `nil` for sample values.
    let entity: FanOutReceiver?
    let candidates: [Entity]
    let nobodyFound: String?
    private let templates: any TemplateQueries

    private static let mostCandidates = 8

    init(_ context: RequestContext) throws {
        let fields = context.request.method == .post ? context.request.form : context.request.query
        kind = EntityKind(rawValue: fields["kind"] ?? "") ?? .member
        query = String((fields["q"] ?? "").filter { !$0.isNewline }.prefix(200))
        templates = context.services.templates
        let directory = context.services.directory
        let chosen = try fields["entity"].flatMap { Int64($0) }.flatMap { try directory.entity($0) }
        // A preview shows the record's data, so it requires permission to read the directory.
        let mayRead = context.allows(.readDirectory)
        entity = mayRead ? try chosen.map { try directory.receiver(of: $0, origin: .manual) } : nil
        entityID = entity == nil ? nil : chosen?.id
        candidates =
            query.isEmpty || !mayRead
            ? []
            : try directory.search(
                EntitySearch(kind: kind, query: query), from: .newest, limit: Self.mostCandidates
            ).items
        nobodyFound = query.isEmpty || !candidates.isEmpty ? nil : "No \(kind.plural) match “\(query)”."
    }

    func values(for renderer: ContentRenderer) -> MergeValues {
        entity.map { MergeContext.values(for: $0) } ?? SampleValues.values(for: renderer.paths)
    }

    /// `nil` if the template has no content for the channel. Shows the source if a text cannot be rendered.
    func rendered(_ channel: DeliveryChannel, of template: MessageTemplate) throws -> RenderedContent? {
        guard let content = try templates.content(of: template.draft, for: channel) else { return nil }
        guard let renderer = try? ContentRenderer(content),
            let rendered = try? renderer.render(values(for: renderer))
        else { return RenderedContent(unmerged: content) }
        return rendered
    }
}

extension TemplateQueries {
    /// Content of one delivery channel as it would be frozen now, with its wrapper; `nil` if the template has none.
    /// `wrapper` replaces the template's own.
    func content(
        of draft: MessageTemplateDraft, for channel: DeliveryChannel, wrapper: WrapperChoice? = nil
    ) throws -> Content? {
        guard let plain = draft.content(for: channel) else { return nil }
        guard channel == .email else { return plain }
        var composition = draft.composition
        if let wrapper { composition.emailWrapper = wrapper }
        return try wrapped(composition).frozen(for: .email)
    }
}
