import HTTPServing
import Messaging

/// A sent message, rendered again from the frozen content and values.
struct MessageText: Sendable {
    let subject: String
    /// Complete document; empty for channels other than email.
    let html: String
    let text: String
    let extras: ContentExtras

    /// `links` creates the unsubscribe URL of the receiver.
    init(_ details: MessageDetails, _ links: UnsubscribeLinks?) {
        do {
            let renderer = try ContentRenderer(details.content)
            let url = renderer.asksForUnsubscribing ? links?.link(ofMessage: details.row.id).url : nil
            let rendered = try renderer.render(renderer.values(details.merge, unsubscribe: url))
            (subject, html, text, extras) = (rendered.subject, rendered.html, rendered.text, rendered.extras)
        } catch {
            // The message failed for the same reason, so nothing else was sent; shows the source instead.
            let content = details.content
            (subject, html, text, extras) = (content.subject, "", content.text, content.extras)
        }
    }
}

/// A message's HTML as the response for an `<iframe sandbox>`.
enum MessageFrame {
    static func response(_ html: String) -> Response {
        .html(html.isEmpty ? "<!doctype html><title>Empty</title>" : EmailDocument.around(html))
    }
}
