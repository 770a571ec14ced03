import HTTPServing
import Messaging

/// The message as one receiver will see it, per delivery channel.
struct ComposePreviews: Sendable {
    var email: ComposeConfirm.EmailPreview?
    var sms: ComposeConfirm.TextPreview?
    var whatsApp: ComposeConfirm.WhatsAppPreview?

    init(_ receiver: FanOutReceiver, _ draft: Broadcast, _ visit: Visit) throws {
        let draft = try visit.dressed(draft)
        for channel in draft.deliveryChannels {
            let rendered = Self.rendered(receiver, draft, channel)
            let to = receiver.receiver.address(for: channel)
            let missing = Self.missing(receiver.receiver, channel)
            switch channel {
            case .email:
                email = ComposeConfirm.EmailPreview(
                    from: try Self.from(draft, visit), to: to, subject: rendered.subject, missingTo: missing,
                    frameSrc: Paths.with(
                        Paths.composePreview(draft.id, channel.rawValue), [("receiver", String(receiver.receiver.id))]),
                    frameTitle: "Email as this recipient sees it")
            case .whatsapp:
                whatsApp = ComposeConfirm.WhatsAppPreview(
                    to: to, missingTo: missing, text: rendered.text, hasExtras: !rendered.extras.isEmpty,
                    extras: rendered.extras.facts)
            default:
                sms = ComposeConfirm.TextPreview(
                    to: to, missingTo: missing, text: rendered.text, segments: SegmentsLine(merged: rendered.text))
            }
        }
    }

    /// What cannot be rendered is shown as it was written; the findings say why.
    static func rendered(_ receiver: FanOutReceiver, _ draft: Broadcast, _ channel: DeliveryChannel) -> RenderedContent
    {
        let content = draft.composition.frozen(for: channel)
        return (try? ContentRenderer(content).render(MergeContext.values(for: receiver)))
            ?? RenderedContent(unmerged: content)
    }

    private static func missing(_ receiver: Receiver, _ channel: DeliveryChannel) -> String? {
        guard case .unusable(let reason) = ReceiverAddress(of: receiver, for: channel) else { return nil }
        return "Is skipped: \(reason)."
    }

    private static func from(_ draft: Broadcast, _ visit: Visit) throws -> String? {
        try visit.readiness(of: draft).first { $0.channel == .email }?.from
    }
}

/// The merged mail for the frame on the confirm page: a document of its own under the strictest policy.
enum ComposePreviewFrame {
    static var routes: [Route] {
        [
            Route(.get, Paths.composePreview("{id}", "email"), .one(.composeSend), policy: .message) { visit in
                let draft = try visit.dressed(visit.composed())
                guard let id = visit.request.query["receiver"].flatMap({ Int64($0) }),
                    let receiver = try visit.services.broadcasts.receiver(id, of: draft.id)
                else { throw Failure.notFound }
                return MessageFrame.response(ComposePreviews.rendered(receiver, draft, .email).html)
            }
        ]
    }
}
