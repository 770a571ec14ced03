/// The Content-Security-Policy of a response. Nothing is allowed that a route does not need.
enum ContentPolicy: Sendable, Hashable, CaseIterable {
    /// An ordinary page: own scripts, own styles, nothing else.
    case page
    /// A page that shows messages in frames of their own.
    case previews
    /// The mail builder writes style attributes into its canvas, and shows frames.
    case builder
    /// The content of a message, ours or inbound: no script, no form, no remote image, only inside our own frame.
    case message
    /// JSON, plain text: nothing to load at all.
    case data

    var header: String {
        switch self {
        case .page: Self.base(style: "'self'", extra: "")
        case .previews: Self.base(style: "'self'", extra: "; frame-src 'self'")
        case .builder: Self.base(style: "'self' 'unsafe-inline'", extra: "; frame-src 'self'")
        case .message:
            // Remote images would tell a sender that, when and from where a message was looked at.
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'self'"
        case .data: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        }
    }

    /// Shown inside a frame of our own pages.
    var isFramed: Bool { self == .message }

    private static func base(style: String, extra: String) -> String {
        "default-src 'none'; script-src 'self'; style-src \(style); img-src 'self' data:; font-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'\(extra)"
    }
}
