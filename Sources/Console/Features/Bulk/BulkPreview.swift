import HTTPServing
import Messaging

struct BulkPreviewPage: Sendable {
    let shell: Shell
    let backHref: String
    let backLabel: String
    let previewHref: String
    let receivers: [ComposeConfirm.ReceiverOption]
    let shownWith: String
    let email: ComposeConfirm.EmailPreview?
    let sms: ComposeConfirm.TextPreview?
    let whatsApp: ComposeConfirm.WhatsAppPreview?
    let notifications: [ComposeConfirm.NotificationPreview]
}

/// Rendered message, with sample values or for one of the receivers.
enum BulkPreview {
    private static let mostOptions = 50

    static var routes: [Route] {
        [
            Route(.get, Paths.bulkPreview("{id}"), .one(.readBulk), policy: .previews) { context in
                try context.withBulkDraft { try show(context, $0) }
            },
            Route(.get, Paths.bulkPreviewFrame("{id}"), .one(.readBulk), policy: .message) { context in
                let draft = try context.wrapped(context.resolved(context.bulk()))
                let reader = try reader(context, draft)
                return MessageFrame.response(ComposePreviews.rendered(reader, draft, .email).html)
            },
        ]
    }

    private static func reader(_ context: RequestContext, _ draft: Broadcast) throws -> PreviewReader {
        guard let id = context.request.query["receiver"].flatMap({ Int64($0) }) else { return .samples }
        guard let receiver = try context.services.broadcasts.receiver(id, of: draft.id) else { throw Failure.notFound }
        return .receiver(receiver)
    }

    private static func show(_ context: RequestContext, _ stored: Broadcast) throws -> Response {
        let draft = try context.resolved(stored)
        let reader = try reader(context, draft)
        let previews = try ComposePreviews(reader, draft, context, frame: Paths.bulkPreviewFrame(draft.id))
        let chosen = reader.receiver?.receiver
        let people = try context.services.broadcasts.receivers(of: draft.id, from: .newest, limit: mostOptions).items
        let samples = ComposeConfirm.ReceiverOption(id: "", label: "Sample values", isSelected: chosen == nil)
        let model = BulkPreviewPage(
            shell: context.shell(.bulk), backHref: Paths.bulk(draft.id), backLabel: draft.displayName,
            previewHref: Paths.bulkPreview(draft.id),
            receivers: [samples]
                + people.map {
                    ComposeConfirm.ReceiverOption(
                        id: String($0.id), label: $0.label, isSelected: $0.id == chosen?.id)
                }, shownWith: chosen?.label ?? "sample values", email: previews.email, sms: previews.sms,
            whatsApp: previews.whatsApp, notifications: previews.notifications)
        return try context.page("Bulk/BulkPreview", model)
    }
}

extension Receiver {
    /// Label in a list: the name, otherwise an address.
    var label: String {
        [name, email, mobile].first { !$0.isEmpty } ?? (device.isEmpty ? "Recipient \(id)" : "A device")
    }
}
