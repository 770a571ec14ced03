/// How long the texts of a message may be. The wizard and the API say the same.
public enum ContentLimits {
    /// Characters. Mail programs show about 80; a subject of several lines is a mistake.
    public static let subject = 500
    /// Bytes of HTML and of text of a mail.
    public static let email = MergeTemplate.maximumBytes
    /// Characters before merging: ten segments, the most that gateways join into one message.
    public static let sms = 1600
    /// Characters of one WhatsApp text.
    public static let whatsapp = 4096

    /// What is wrong with the text of a delivery channel; `nil` when its length is fine.
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
