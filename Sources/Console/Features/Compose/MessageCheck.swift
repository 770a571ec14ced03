import Messaging

/// Validation errors of a draft's texts, by form field.
struct MessageCheck: Sendable {
    /// Errors in finished and unfinished drafts alike: invalid or too long texts.
    let advice: [Failure.Field]
    /// Missing texts.
    let gaps: [Failure.Field]

    var all: [Failure.Field] { advice + gaps }

    init(_ composition: Composition, _ channels: [DeliveryChannel]) {
        var (advice, gaps): ([Failure.Field], [Failure.Field]) = ([], [])
        for channel in channels {
            let content = composition.frozen(for: channel)
            advice += Self.limits(composition, channel)
            let text = channel == .email ? composition.emailHTML : content.text
            if let words = ContentLimits.problem(with: text, for: channel) {
                advice.append(Failure.Field(field: Self.field(channel, .text), message: words))
            }
            do {
                _ = try ContentRenderer(content)
            } catch {
                advice += ContentField.allCases.compactMap { field in
                    error.problems[field].map { Failure.Field(field: Self.field(channel, field), message: $0) }
                }
            }
            gaps += Self.gaps(content)
        }
        (self.advice, self.gaps) = (advice, gaps)
    }

    private static func limits(_ composition: Composition, _ channel: DeliveryChannel) -> [Failure.Field] {
        guard let part = composition[notification: channel] else { return [] }
        return part.problems(channel.rawValue).map { Failure.Field(field: $0.field, message: $0.message) }
    }

    private static func gaps(_ content: Content) -> [Failure.Field] {
        let channel = content.deliveryChannel
        var gaps: [Failure.Field] = []
        if channel == .email, content.subject.allSatisfy(\.isWhitespace) {
            gaps.append(Failure.Field(field: "email_subject", message: "Enter a subject for the email."))
        }
        let isEmpty = content.text.allSatisfy(\.isWhitespace) && !content.html.contains("<img")
        if isEmpty { gaps.append(Failure.Field(field: field(channel, .text), message: "Write the \(noun(channel)).")) }
        return gaps
    }

    private static func noun(_ channel: DeliveryChannel) -> String {
        channel == .email ? "email" : "\(channel.title) content"
    }

    private static func field(_ channel: DeliveryChannel, _ field: ContentField) -> String {
        switch channel {
        case .email: field == .subject ? "email_subject" : "email_html"
        case .whatsapp: "whatsapp_text"
        case .push, .inApp:
            switch field {
            case .subject: "\(channel.rawValue)_title"
            case .icon, .actionURL: "\(channel.rawValue)_\(field.rawValue)"
            default: "\(channel.rawValue)_body"
            }
        default: "sms_text"
        }
    }
}
