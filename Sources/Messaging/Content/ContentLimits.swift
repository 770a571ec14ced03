/// Maximum lengths of a message's texts, common to the wizard and the API.
public enum ContentLimits {
    /// Characters. Mail clients show about 80.
    public static let subject = 500
    /// Bytes of a mail's HTML, and of its text.
    public static let email = MergeTemplate.maximumBytes
    /// Characters before merging: ten segments, the most that gateways join into one message.
    public static let sms = 1600
    /// Characters of one WhatsApp text.
    public static let whatsapp = 4096

    /// Length error of a delivery channel's text; `nil` if it is within the limit.
    public static func problem(with text: String, for channel: DeliveryChannel) -> String? {
        switch channel {
        case .sms where text.count > sms: "An SMS has at most \(sms) characters; this has \(text.count)."
        case .whatsapp where text.count > whatsapp:
            "A WhatsApp message has at most \(whatsapp) characters; this has \(text.count)."
        case .email where text.utf8.count > email: "This is larger than \(email / 1024 / 1024) MB."
        default: nil
        }
    }
}
