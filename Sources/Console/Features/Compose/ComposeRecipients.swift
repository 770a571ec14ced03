import Foundation
import HTTPServing
import Messaging

/// Step 3: recipients.
struct ComposeRecipients: Sendable {
    struct AddRecipient: Sendable {
        let action: String
        let firstName: String
        let lastName: String
        let email: String
        let mobile: String
        let firstNameError: String?
        let lastNameError: String?
        let emailError: String?
        let mobileError: String?
        let addError: String?

        init(_ form: Form, _ draft: Broadcast) {
            action = Paths.composeRecipients(draft.id)
            (firstName, lastName) = (form.raw("first_name"), form.raw("last_name"))
            (email, mobile) = (form.raw("email"), form.raw("mobile"))
            (firstNameError, lastNameError) = (form.error("first_name"), form.error("last_name"))
            (emailError, mobileError) = (form.error("email"), form.error("mobile"))
            addError = form.error("add")
        }
    }

    struct Row: Sendable {
        let id: String
        let name: String
        /// Path of the record's page.
        let nameHref: String?
        let email: String?
        let mobile: String?
        let origin: String
        let originHref: String?
        let status: String
        /// Suffix of the CSS class `tag--…`.
        let statusTone: String
        let removeAction: String
    }

    let shell: Shell
    let steps: [ComposeStep]
    let backHref: String
    let nextAction: String
    let problem: String?
    let notice: String?
    let add: AddRecipient
    /// Target of *Add From Channels*.
    let channelsHref: String?
    let adding: AudienceAdding
    let search: AudienceSearch
    let count: String
    let countWord: String
    let hasRecipients: Bool
    let recipients: [Row]
    let nextPageHref: String?
    let firstPageHref: String?

    private static let pageLength = 50

    static var routes: [Route] {
        let access = Access.one(.composeSend)
        let path = Paths.composeRecipients("{id}")
        return [
            Route(.get, path, access) { context in try context.withDraft { try show(context, $0) } },
            Route(.post, path, access) { context in try context.withDraft { try add(context, $0) } },
            Route(.post, Paths.composeRecipientsNext("{id}"), access) { context in
                try context.withDraft { draft in
                    if let obstacle = try AudienceAdding.obstacle(draft, context) {
                        return try show(context, draft, problem: obstacle, status: 422)
                    }
                    guard draft.receiverCount > 0 else {
                        return try show(context, draft, problem: "Add at least one recipient first.", status: 422)
                    }
                    return context.redirect(to: Paths.composeConfirm(draft.id))
                }
            },
            Route(.post, Paths.composeRemove("{id}", receiver: "{receiver}"), access) { context in
                try context.withDraft { try remove(context, $0) }
            },
        ]
    }

    // MARK: Manual entry

    private static func add(_ context: RequestContext, _ draft: Broadcast) throws -> Response {
        var form = Form(context.request)
        let receiver = receiver(&form, try context.phones())
        guard form.isValid else { return try show(context, draft, form: form, status: 422) }
        let result = try context.perform(AddReceivers(.people([receiver]), to: draft))
        return context.redirect(
            to: Paths.composeRecipients(draft.id), result.added > 0 ? .success : .info, result.words("recipient"))
    }

    private static func receiver(_ form: inout Form, _ phones: PhoneReader) -> Receiver {
        var receiver = Receiver(origin: .manual)
        receiver.firstName = form.line("first_name", limit: 100)
        receiver.lastName = form.line("last_name", limit: 100)
        let (email, mobile) = (form.line("email", limit: 320), form.line("mobile", limit: 60))
        if email.isEmpty, mobile.isEmpty { form.reject("add", "Enter an email address or a mobile number.") }
        if !email.isEmpty {
            do throws(AddressProblem) { receiver.email = try EmailAddress(email).text } catch {
                form.reject("email", error.message)
            }
        }
        if !mobile.isEmpty {
            do throws(AddressProblem) { receiver.mobile = try phones.e164(mobile) } catch {
                form.reject("mobile", error.message)
            }
        }
        return receiver
    }

    private static func remove(_ context: RequestContext, _ draft: Broadcast) throws -> Response {
        let path = Paths.composeRecipients(draft.id)
        do {
            try context.perform(RemoveReceiver(context.id("receiver"), from: draft))
        } catch StoreConflict.notFound {
            return context.redirect(to: path, .info, "This recipient was removed already.")
        }
        return context.redirect(to: path, .success, "The recipient was removed.")
    }

    // MARK: The page

    private static func show(
        _ context: RequestContext, _ draft: Broadcast, form: Form = Form(Fields()), problem: String? = nil,
        status: Int = 200
    ) throws -> Response {
        let page = try context.services.broadcasts.receivers(of: draft.id, from: context.pageStart, limit: pageLength)
        let path = Paths.composeRecipients(draft.id)
        let model = ComposeRecipients(
            shell: context.shell(.compose), steps: ComposeStep.all(at: .recipients, of: draft),
            backHref: Paths.composeMessage(draft.id), nextAction: Paths.composeRecipientsNext(draft.id),
            problem: problem, notice: nil, add: AddRecipient(form, draft),
            channelsHref: AudienceHost.compose.channelsLink(context, draft.id),
            adding: try AudienceAdding(.compose, draft, context), search: try AudienceSearch(.compose, context, draft),
            count: EnglishFormat.count(draft.receiverCount),
            countWord: draft.receiverCount == 1 ? "recipient" : "recipients", hasRecipients: !page.items.isEmpty,
            recipients: page.items.map { Row($0, draft, context) },
            nextPageHref: page.next.map { Paths.with(path, [("after", String($0))]) },
            firstPageHref: context.pageStart == .newest ? nil : path)
        return try context.page("Compose/ComposeRecipients", model, status: status)
    }
}

extension ComposeRecipients.Row {
    init(_ receiver: Receiver, _ draft: Broadcast, _ context: RequestContext) {
        let name = receiver.name
        let (status, tone) = Self.status(receiver, draft.deliveryChannels)
        let record = receiver.entity.flatMap { context.link(Paths.record($0.kind.plural, $0.id)) }
        self.init(
            id: String(receiver.id), name: name.isEmpty ? "No name" : name, nameHref: record,
            email: receiver.email.isEmpty ? nil : receiver.email,
            mobile: receiver.mobile.isEmpty ? nil : receiver.mobile,
            origin: receiver.originWords, originHref: receiver.originHref(for: context), status: status,
            statusTone: tone, removeAction: Paths.composeRemove(draft.id, receiver: receiver.id))
    }

    private static func noun(_ channel: DeliveryChannel) -> String {
        switch channel.addressKind {
        case .email: "email"
        case .mobile: "mobile"
        case .device: "device"
        case .entity: "record"
        }
    }

    private static func none(_ channel: DeliveryChannel) -> String {
        channel.addressKind == .entity
            ? "not linked to a record for \(channel.title)" : "no \(noun(channel)) for \(channel.title)"
    }

    /// Delivery channels that will not reach the recipient, with the reasons.
    static func status(_ receiver: Receiver, _ channels: [DeliveryChannel]) -> (String, String) {
        var lacking: [String] = []
        for channel in channels {
            if case .unusable = ReceiverAddress(of: receiver, for: channel) {
                lacking.append(
                    receiver.address(for: channel) == nil
                        ? none(channel) : "\(noun(channel)) not valid for \(channel.title)")
            }
        }
        if lacking.isEmpty { return ("Ready", "green") }
        if lacking.count == channels.count { return ("No usable address", "red") }
        let words = lacking.joined(separator: ", ")
        return (EnglishFormat.opening(words), "amber")
    }
}
