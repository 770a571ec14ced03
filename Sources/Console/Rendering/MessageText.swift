import HTTPServing
import Messaging

/// What one receiver got, made again from the frozen content and the frozen values.
struct MessageText: Sendable {
    let subject: String
    /// A whole document; empty for anything but email.
    let html: String
    let text: String

    init(_ details: MessageDetails) {
        do {
            let rendered = try ContentRenderer(details.content).render(details.merge)
            (subject, html, text) = (rendered.subject, rendered.html, rendered.text)
        } catch {
            // It was refused for the same reason, so nobody got anything else; the source says what was meant.
            (subject, html, text) = (details.content.subject, "", details.content.text)
        }
    }
}

/// A message's HTML as the response an `<iframe sandbox>` shows.
enum MessageFrame {
    static func response(_ html: String) -> Response {
        .html(html.isEmpty ? "<!doctype html><title>Empty</title>" : EmailDocument.around(html))
    }
}
