// Channels and their subscribers.
extension Paths {
    static let newChannel = "\(channels)/new"
    static func channel(_ id: any Part) -> String { "\(channels)/\(id)" }
    static func editChannel(_ id: any Part) -> String { "\(channel(id))/edit" }
    static func deleteChannel(_ id: any Part) -> String { "\(channel(id))/delete" }
    static func subscribers(_ id: any Part) -> String { "\(channel(id))/subscribers" }
    static func newSubscriber(_ id: any Part) -> String { "\(subscribers(id))/new" }
    static func removeSubscriber(_ id: any Part, _ subscriber: any Part) -> String {
        "\(subscribers(id))/\(subscriber)/remove"
    }
}

// Email wrappers and mail templates.
extension Paths {
    static let emailWrappers = "\(communicationSettings)/email-wrappers"
    static let newEmailWrapper = "\(emailWrappers)/new"
    static let emailWrapperPreview = "\(emailWrappers)/preview"
    static func emailWrapper(_ id: any Part) -> String { "\(emailWrappers)/\(id)" }
    static func deleteEmailWrapper(_ id: any Part) -> String { "\(emailWrapper(id))/delete" }

    static let mailTemplates = "\(communicationSettings)/mail-templates"
    static let newMailTemplate = "\(mailTemplates)/new"
    static let mailTemplatePreview = "\(mailTemplates)/preview"
    static func mailTemplate(_ id: any Part) -> String { "\(mailTemplates)/\(id)" }
    static func deleteMailTemplate(_ id: any Part) -> String { "\(mailTemplate(id))/delete" }
}

// Message templates.
extension Paths {
    static let messageTemplates = "\(communicationSettings)/message-templates"
    static let newMessageTemplate = "\(messageTemplates)/new"
    static func messageTemplate(_ id: any Part) -> String { "\(messageTemplates)/\(id)" }
    static func editMessageTemplate(_ id: any Part) -> String { "\(messageTemplate(id))/edit" }
    static func duplicateMessageTemplate(_ id: any Part) -> String { "\(messageTemplate(id))/duplicate" }
    static func deleteMessageTemplate(_ id: any Part) -> String { "\(messageTemplate(id))/delete" }
    static func testMessageTemplate(_ id: any Part) -> String { "\(messageTemplate(id))/test" }
    static func messageTemplatePreview(_ id: any Part) -> String { "\(messageTemplate(id))/preview/email" }
}

// The JSON API.
extension Paths {
    static let apiChannels = "/api/v1/channels"
    static func apiChannel(_ id: any Part) -> String { "\(apiChannels)/\(id)" }
    static func apiSubscribers(_ id: any Part) -> String { "\(apiChannel(id))/subscribers" }
    static func apiSubscriber(_ id: any Part, _ subscriber: any Part) -> String {
        "\(apiSubscribers(id))/\(subscriber)"
    }
    static let apiTemplates = "/api/v1/templates"
    static func apiTemplate(_ id: any Part) -> String { "\(apiTemplates)/\(id)" }
    static let apiWrappers = "/api/v1/wrappers"
    static func apiWrapper(_ id: any Part) -> String { "\(apiWrappers)/\(id)" }
    static let apiMailTemplates = "/api/v1/mail-templates"
    static func apiMailTemplate(_ id: any Part) -> String { "\(apiMailTemplates)/\(id)" }
}
