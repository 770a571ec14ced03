import HTTPServing
import Messaging

struct DirectorySendPage: Sendable {
    let shell: Shell
    let backHref: String
    let backLabel: String
    let title: String
    let to: String
    let action: String
    let once: String
    let notice: String?
    let hasProblems: Bool
    let problems: [FormProblem]
    let sections: [FormSection]
    let isSMS: Bool
    let smsText: String
    let smsError: String?
    let countHref: String
    let segments: SegmentsLine
}

/// Sends one email or SMS to one record immediately.
enum DirectorySendPages {
    private static let bodyLimit = 3 * 1024 * 1024

    static var routes: [Route] {
        let (email, sms) = (Paths.recordEmail("{kind}", "{id}"), Paths.recordSMS("{kind}", "{id}"))
        return [
            Route(.get, email, .one(.sendEmail)) { context in try show(context, .email, Form(Fields())) },
            Route(.post, email, .one(.sendEmail), bodyLimit: bodyLimit) { context in try send(context, .email) },
            Route(.get, sms, .one(.sendSMS)) { context in try show(context, .sms, Form(Fields())) },
            Route(.post, sms, .one(.sendSMS)) { context in try send(context, .sms) },
            Route(.post, Paths.recordSMSCount("{kind}", "{id}"), .one(.sendSMS)) { context in
                try context.partial(
                    "Compose/ComposeSegments", SegmentsLine(template: Form(context.request).raw("sms_text")))
            },
        ]
    }

    private static func receiver(_ context: RequestContext) throws -> FanOutReceiver {
        try context.require(.readDirectory)
        return try context.services.directory.receiver(of: context.record(), origin: .search)
    }

    private static func send(_ context: RequestContext, _ channel: DeliveryChannel) throws -> Response {
        let receiver = try receiver(context)
        var form = Form(context.request)
        let content = composition(&form, channel).frozen(for: channel)
        guard form.isValid else { return try show(context, channel, form, status: 422) }
        // Idempotent: the same form submitted twice is one message; with another text it is a new one.
        let hash = Secrets.hash([content.subject, content.html, content.text].joined(separator: "\u{0}"))
        let key = "direct:\(context.principal.userID ?? 0):\(form.raw("once").prefix(64)):\(hash)"
        let message = SingleMessage(
            origin: .direct, content: content, receiver: receiver.receiver, idempotency: (key: key, bodyHash: hash))
        let id: Int64
        do {
            let merge = SendMessage.Merge(try ContentRenderer(content), for: receiver)
            switch try context.perform(SendMessage(message, merging: merge, detail: receiver.receiver.name)) {
            case .new(let new): id = new.id
            case .repeated(let known): id = known
            case .keyReused: throw Failure.conflict("This form was sent already.")
            }
        } catch let refused as SendRefused {
            form.reject(channel == .email ? "email_html" : "sms_text", words(refused))
            return try show(context, channel, form, status: 422)
        }
        let entity = try context.record()
        return context.redirect(
            to: context.link(Paths.sendLog(id)) ?? Paths.record(entity.kind.plural, entity.id), .success,
            "\(channel.title) to \(entity.displayName) is on its way.")
    }

    /// Reads the texts; errors are attached to their fields.
    private static func composition(_ form: inout Form, _ channel: DeliveryChannel) -> Composition {
        var composition = Composition()
        if channel == .email {
            composition.emailSubject = form.line("email_subject", limit: ContentLimits.subject)
            composition.emailHTML = html(form.text("email_html", limit: ContentLimits.email))
        } else {
            composition.smsText = form.text("sms_text", limit: ContentLimits.email)
        }
        for problem in MessageCheck(composition, [channel]).all { form.add(problem) }
        return composition
    }

    /// Converts text without tags to paragraphs; anything else is treated as HTML.
    private static func html(_ text: String) -> String {
        let isHTML = ["</", "<br", "<p>", "<img"].contains { text.lowercased().contains($0) }
        guard !isHTML, !text.allSatisfy(\.isWhitespace) else { return text }
        return text.split(separator: "\n\n").map { paragraph in
            "<p>" + HTMLText.escape(String(paragraph)).replacing("\n", with: "<br>") + "</p>"
        }.joined(separator: "\n")
    }

    private static func words(_ refused: SendRefused) -> String {
        switch refused {
        case .unreachable(let reason): return "It cannot be sent: \(reason)."
        case .missing(let paths):
            let names = EnglishFormat.list(paths.map { "{{\($0)}}" })
            return "There is no value here for \(names). Write it out, or fill it in on the record."
        case .unmergeable(let words): return words
        }
    }

    private static func show(
        _ context: RequestContext, _ channel: DeliveryChannel, _ form: Form, status: Int = 200
    ) throws -> Response {
        let receiver = try receiver(context)
        let entity = try context.record()
        let (kind, id) = (entity.kind.plural, entity.id)
        let readiness = try context.readiness([channel]).first
        let address = channel == .email ? receiver.receiver.email : receiver.receiver.mobile
        var sections: [FormSection] = []
        if channel == .email {
            var text = FormField.input(
                "email_html", "Message", value: form.raw("email_html"),
                hint: "Plain text or HTML. {{first_name}} and the fields of the record may be used.",
                error: form.error("email_html"), required: true)
            (text.isInput, text.isTextarea) = (false, true)
            let subject = FormField.input(
                "email_subject", "Subject", value: form.raw("email_subject"), error: form.error("email_subject"),
                required: true, autocomplete: "off")
            sections = [FormSection(title: nil, hint: nil, fields: [subject, text])]
        }
        let model = DirectorySendPage(
            shell: context.shell(MenuEntry.directory(entity.kind)), backHref: Paths.record(kind, id),
            backLabel: entity.displayName, title: "\(channel.title) to \(entity.displayName)",
            to: address.isEmpty ? "No address" : address,
            action: channel == .email ? Paths.recordEmail(kind, id) : Paths.recordSMS(kind, id),
            once: form.has("once") ? form.raw("once") : Secrets.randomToken(context.services.randomBytes),
            notice: readiness.flatMap { $0.state == .ready ? nil : $0.reason }, hasProblems: !form.isValid,
            problems: form.summary, sections: sections, isSMS: channel == .sms, smsText: form.raw("sms_text"),
            smsError: form.error("sms_text"), countHref: Paths.recordSMSCount(kind, id),
            segments: SegmentsLine(template: form.raw("sms_text")))
        return try context.page("Directory/DirectorySend", model, status: status)
    }
}
