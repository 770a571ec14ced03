import HTTPServing
import Messaging

/// What one receiver got, made again from the frozen content and the frozen values.
struct MessageText: Sendable {
    let subject: String
    /// A whole document; empty for anything but email.
    let html: String
    let text: String
    let extras: ContentExtras

    init(_ details: MessageDetails) {
        do {
            let rendered = try ContentRenderer(details.content).render(details.merge)
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
