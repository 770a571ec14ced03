import Messaging

extension ComposeMessage {
    /// Texts of a push or in-app message.
    struct Notification: Sendable {
        /// Delivery channels with notification fields.
        static let channels: [DeliveryChannel] = [.push, .inApp]

        let id: String
        let title: String
        let hint: String
        let fields: [Field]

        struct Field: Sendable {
            let id: String
            let name: String
            let label: String
            let value: String
            let isLong: Bool
            let limit: String
            let error: String?
        }

        init(_ channel: DeliveryChannel, _ part: MessageTemplateDraft.NotificationPart?, _ form: Form) {
            let part = part ?? MessageTemplateDraft.NotificationPart()
            let prefix = channel.rawValue
            func field(_ name: String, _ label: String, _ value: String, _ limit: Int, isLong: Bool = false) -> Field {
                Field(
                    id: "compose-\(prefix)-\(name)", name: "\(prefix)_\(name)", label: "\(channel.title) \(label)",
                    value: value, isLong: isLong, limit: String(limit), error: form.error("\(prefix)_\(name)"))
            }
            id = prefix
            title = channel.title
            hint = channel == .push ? "Shown by the telephone." : "Shown in the member portal."
            fields = [
                field("title", "title", part.title, TemplateLimits.notificationTitle),
                field("body", "content", part.body, TemplateLimits.notificationBody, isLong: true),
                field("icon", "icon, https://…", part.icon, TemplateLimits.url),
                field("action_url", "opens, https://…", part.actionURL, TemplateLimits.url),
            ]
        }

        /// Reads the fields of a delivery channel; does nothing if they were not submitted.
        static func read(_ channel: DeliveryChannel, _ form: inout Form, into composition: inout Composition) {
            let prefix = channel.rawValue
            guard form.has("\(prefix)_body") else { return }
            let part = MessageTemplateDraft.NotificationPart(
                title: form.line("\(prefix)_title"), body: form.text("\(prefix)_body", limit: 64 * 1024),
                icon: form.line("\(prefix)_icon", limit: TemplateLimits.url),
                actionURL: form.line("\(prefix)_action_url", limit: TemplateLimits.url))
            composition[notification: channel] = part.isEmpty ? nil : part
        }
    }
}

extension Composition {
    /// Notification texts of a push or in-app message; `nil` for other channels.
    subscript(notification channel: DeliveryChannel) -> MessageTemplateDraft.NotificationPart? {
        get {
            switch channel {
            case .push: push
            case .inApp: inApp
            default: nil
            }
        }
        set {
            switch channel {
            case .push: push = newValue
            case .inApp: inApp = newValue
            default: break
            }
        }
    }
}

extension MessageTemplateDraft.NotificationPart {
    var texts: [String] { [title, body, icon, actionURL] }
}
