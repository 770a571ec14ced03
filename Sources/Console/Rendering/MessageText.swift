import HTTPServing
import Messaging

/// What one receiver got, made again from the frozen content and the frozen values.
struct MessageText: Sendable {
    let subject: String
    /// A whole document; empty for anything but email.
    let html: String
    let text: String
    let extras: ContentExtras

    /// `links`: made the address at which the receiver could leave.
    init(_ details: MessageDetails, _ links: UnsubscribeLinks?) {
        do {
            let renderer = try ContentRenderer(details.content)
            let url = renderer.asksForUnsubscribing ? links?.link(ofMessage: details.row.id).url : nil
            let rendered = try renderer.render(renderer.values(details.merge, unsubscribe: url))
            (subject, html, text, extras) = (rendered.subject, rendered.html, rendered.text, rendered.extras)
        } catch {
            // It was refused for the same reason, so nobody got anything else; the source says what was meant.
            let content = details.content
            (subject, html, text, extras) = (content.subject, "", content.text, content.extras)
        }
    }
}

/// A message's HTML as the response an `<iframe sandbox>` shows.
enum MessageFrame {
    static func response(_ html: String) -> Response {
        .html(html.isEmpty ? "<!doctype html><title>Empty</title>" : EmailDocument.around(html))
    }
}
