import HTTPServing
import Messaging

/// Source of the values for a preview.
enum PreviewReader: Sendable {
    case samples
    case receiver(FanOutReceiver)

    /// `nil` for sample values.
    var receiver: FanOutReceiver? { if case .receiver(let receiver) = self { receiver } else { nil } }

    func values(for renderer: ContentRenderer) -> MergeValues {
        guard let receiver else { return SampleValues.values(for: renderer.paths) }
        // Only a sent message has an unsubscribe URL; previews use one without a target.
        let sample = SampleValues.values(for: renderer.paths)[key: UnsubscribeLinks.mergeName]
        return renderer.values(MergeContext.values(for: receiver), unsubscribe: sample?.text)
    }
}

/// Preview of the message for one receiver, per delivery channel.
struct ComposePreviews: Sendable {
    var email: ComposeConfirm.EmailPreview?
    var sms: ComposeConfirm.TextPreview?
    var whatsApp: ComposeConfirm.WhatsAppPreview?
    var notifications: [ComposeConfirm.NotificationPreview] = []

    /// - Parameter frame: URL of the mail's document, without the query that names the receiver.
    init(_ reader: PreviewReader, _ draft: Broadcast, _ context: RequestContext, frame: String) throws {
        let draft = try context.wrapped(draft)
        let receiver = reader.receiver?.receiver
        for channel in draft.deliveryChannels {
            let rendered = Self.rendered(reader, draft, channel)
            let to = receiver?.address(for: channel)
            let missing = receiver.flatMap { Self.missing($0, channel) }
            switch channel {
            case .email:
                email = ComposeConfirm.EmailPreview(
                    from: try Self.from(draft, context), to: to, subject: rendered.subject, missingTo: missing,
                    frameSrc: Paths.with(frame, [("receiver", receiver.map { String($0.id) })]),
                    frameTitle: receiver == nil ? "Email with sample values" : "Email as this recipient sees it")
            case .whatsapp:
                whatsApp = ComposeConfirm.WhatsAppPreview(
                    to: to, missingTo: missing, text: rendered.text, hasExtras: !rendered.extras.isEmpty,
                    extras: rendered.extras.facts)
            case .push, .inApp:
                notifications.append(
                    ComposeConfirm.NotificationPreview(
                        channel: channel.rawValue, label: channel.title, to: to.map { SendLogRow.address($0, channel) },
                        missingTo: missing, title: rendered.subject.isEmpty ? nil : rendered.subject,
                        text: rendered.text,
                        hasExtras: !rendered.extras.isEmpty, extras: rendered.extras.facts))
            default:
                sms = ComposeConfirm.TextPreview(
                    to: to, missingTo: missing, text: rendered.text, segments: SegmentsLine(merged: rendered.text))
            }
        }
    }

    /// Shows the source if a text cannot be rendered; the findings give the reason.
    static func rendered(_ reader: PreviewReader, _ draft: Broadcast, _ channel: DeliveryChannel) -> RenderedContent {
        let content = draft.composition.frozen(for: channel)
        guard let renderer = try? ContentRenderer(content),
            let rendered = try? renderer.render(reader.values(for: renderer))
        else { return RenderedContent(unmerged: content) }
        return rendered
    }

    private static func missing(_ receiver: Receiver, _ channel: DeliveryChannel) -> String? {
        guard case .unusable(let reason) = ReceiverAddress(of: receiver, for: channel) else { return nil }
        return "Is skipped: \(reason)."
    }

    private static func from(_ draft: Broadcast, _ context: RequestContext) throws -> String? {
        try context.readiness(of: draft).first { $0.channel == .email }?.from
    }
}

/// Rendered mail for the frame on the confirmation page, as a separate document with the strictest content security
/// policy.
enum ComposePreviewFrame {
    static var routes: [Route] {
        [
            Route(.get, Paths.composePreview("{id}", "email"), .one(.composeSend), policy: .message) { context in
                let draft = try context.wrapped(context.composed())
                guard let id = context.request.query["receiver"].flatMap({ Int64($0) }),
                    let receiver = try context.services.broadcasts.receiver(id, of: draft.id)
                else { throw Failure.notFound }
                return MessageFrame.response(ComposePreviews.rendered(.receiver(receiver), draft, .email).html)
            }
        ]
    }
}
