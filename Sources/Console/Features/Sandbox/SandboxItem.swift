import Foundation
import HTTPServing
import Messaging

struct SandboxItemPage: Sendable {
    let shell: Shell
    let backHref: String
    let title: String
    let channel: String
    let channelLabel: String
    let from: String
    let to: String
    let time: String
    let timeISO: String
    let answer: String
    let answerLabel: String
    let subject: String?
    let extras: [Fact]
    let isEmail: Bool
    let isPhone: Bool
    let contentHref: String
    let plainText: String?
    let bubble: String?
    let phoneKind: String
    let raw: String?
    let messageHref: String?
    let canAnswer: Bool
    let answerAction: String
    let replyAction: String
    let answers: [SandboxAnswerButton]
    let canReply: Bool
    let replyText: String
    let replyError: String?
    let replies: [ReplyItem]
    let hasTimeline: Bool
    let timeline: [TimelineItem]
}

struct SandboxAnswerButton: Sendable {
    let value: String
    let label: String
    let icon: String
    let busy: String
}

/// One sandbox message as its reader would see it, with buttons that simulate the reader's response.
enum SandboxItemPages {
    /// Maximum size of a raw mail shown, in bytes.
    private static let rawLimit = 256 * 1024
    /// Maximum length of a simulated reply, in characters.
    private static let replyLimit = 4_000

    static var routes: [Route] {
        [
            Route(.get, Paths.sandboxItem("{id}"), .one(.readHistory), policy: .previews) { context in
                try page(context, try item(context), Form(Fields()), status: 200)
            },
            Route(.get, Paths.sandboxContent("{id}"), .one(.readHistory), policy: .message) { context in
                MessageFrame.response(SandboxMail(try item(context).payload).html ?? "")
            },
            Route(.post, Paths.sandboxResponse("{id}"), SendLogDetailsPages.acting, bodyLimit: 16 * 1024) { context in
                try answer(context)
            },
            Route(
                .post, Paths.sandboxReply("{id}"), SendLogDetailsPages.acting, bodyLimit: 64 * 1024, policy: .previews
            ) {
                context in try reply(context)
            },
        ]
    }

    private static func item(_ context: RequestContext) throws -> SandboxItem {
        guard let item = try context.services.sandbox.sandboxItem(try context.id()) else { throw Failure.notFound }
        return item
    }

    private static func page(_ context: RequestContext, _ item: SandboxItem, _ form: Form, status: Int) throws
        -> Response
    {
        let details = try context.services.messages.message(item.messageID)
        let isEmail = item.deliveryChannel == .email
        let mail = isEmail ? SandboxMail(item.payload) : nil
        let text = isEmail ? nil : String(decoding: item.payload, as: UTF8.self)
        let state = SandboxState(details)
        let time = context.time(item.takenAt)
        let timeline = details.map { answers(to: $0, context) } ?? []
        let canAnswer = details != nil && context.canReach(.post, Paths.sandboxResponse(item.id))
        let model = SandboxItemPage(
            shell: context.shell(.sandbox), backHref: Paths.sandbox,
            title: item.subject.isEmpty ? "\(item.deliveryChannel.title) to \(item.to)" : item.subject,
            channel: item.deliveryChannel.rawValue, channelLabel: item.deliveryChannel.title, from: item.from,
            to: item.to, time: time.text, timeISO: time.iso, answer: state.badge, answerLabel: state.label,
            subject: item.subject.isEmpty ? nil : item.subject, extras: item.extras.facts, isEmail: isEmail,
            isPhone: !isEmail,
            contentHref: Paths.sandboxContent(item.id), plainText: mail.map { $0.text ?? "" }, bubble: text,
            phoneKind: item.deliveryChannel == .whatsapp ? "whatsapp" : "sms",
            raw: isEmail ? String(decoding: item.payload.prefix(rawLimit), as: UTF8.self) : nil,
            messageHref: details.flatMap { context.link(Paths.sendLog($0.row.id)) }, canAnswer: canAnswer,
            answerAction: Paths.sandboxResponse(item.id), replyAction: Paths.sandboxReply(item.id),
            answers: buttons(details?.row.status),
            canReply: canAnswer && item.deliveryChannel.takesReplies,
            replyText: form.raw("text"),
            replyError: form.error("text"),
            replies: try details?.replies.map { try ReplyItem($0, context) } ?? [], hasTimeline: !timeline.isEmpty,
            timeline: timeline)
        return try context.page("Sandbox/SandboxItem", model, status: status)
    }

    private static func answers(to details: MessageDetails, _ context: RequestContext) -> [TimelineItem] {
        let receipts = details.receipts.map { receipt in
            (
                receipt.at, receipt.state == .failed ? "Bounced" : receipt.state.rawValue.capitalized,
                receipt.state == .failed ? "red" : "green"
            )
        }
        let replies = details.replies.map { ($0.createdAt, "Replied", "blue") }
        return (receipts + replies).sorted { $0.0 < $1.0 }.map { moment, label, tone in
            let time = context.time(moment)
            return TimelineItem(label: label, at: time.text, atISO: time.iso, tone: tone, note: nil)
        }
    }

    private enum ReaderAnswer: String, CaseIterable {
        case delivered, opened, read, bounced

        var state: Receipt.State { Receipt.State(rawValue: rawValue) ?? .failed }

        var button: SandboxAnswerButton {
            switch self {
            case .delivered: .init(value: rawValue, label: "Delivered", icon: "delivered", busy: "Answering…")
            case .opened: .init(value: rawValue, label: "Opened", icon: "opened", busy: "Answering…")
            case .read: .init(value: rawValue, label: "Read", icon: "read", busy: "Answering…")
            case .bounced: .init(value: rawValue, label: "Bounce", icon: "failed", busy: "Answering…")
            }
        }
    }

    /// Only responses that the state machine allows.
    private static func buttons(_ status: MessageStatus?) -> [SandboxAnswerButton] {
        ReaderAnswer.allCases.filter { status?.after($0.state.event) != nil }.map(\.button)
    }

    private static func answer(_ context: RequestContext) throws -> Response {
        let item = try item(context)
        guard let answer = ReaderAnswer(rawValue: context.request.form["answer"] ?? "") else {
            throw Failure.badRequest("There is no such answer.")
        }
        do {
            try context.perform(AnswerAsReader(item, .receipt(answer.state, word: answer.rawValue)))
        } catch StoreConflict.state {
            return context.redirect(
                to: Paths.sandboxItem(item.id), .warning,
                "This answer no longer fits the state of the message. Nothing was changed.")
        }
        return context.redirect(
            to: Paths.sandboxItem(item.id), .success, "Answered: \(answer.button.label.lowercased()).")
    }

    private static func reply(_ context: RequestContext) throws -> Response {
        let item = try item(context)
        var form = Form(context.request)
        let text = form.text("text", limit: replyLimit)
        if text.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty { form.reject("text", "Write a reply.") }
        guard form.isValid else { return try page(context, item, form, status: 422) }
        let reference = "sandbox-reply-\(Secrets.randomToken(context.services.randomBytes))"
        do {
            try context.perform(AnswerAsReader(item, .reply(text: text, reference: reference)))
        } catch StoreConflict.state {
            return context.redirect(
                to: Paths.sandboxItem(item.id), .warning,
                "\(item.deliveryChannel.title) messages cannot be replied to.")
        }
        return context.redirect(to: Paths.sandboxItem(item.id), .success, "The reply is in.")
    }
}
