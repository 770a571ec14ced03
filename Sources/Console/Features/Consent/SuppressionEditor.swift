import HTTPServing
import Messaging

struct SuppressionFormPage: Sendable {
    let shell: Shell
    let backHref: String
    let action: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let sections: [FormSection]
}

/// Page that adds a suppression.
enum SuppressionEditor {
    /// Maximum channels offered, newest first.
    private static let mostChannels = 200

    static var routes: [Route] {
        [
            Route(.get, Paths.newSuppression, .one(.createSuppressions)) { context in
                try page(context, Form(context.request.query))
            },
            Route(.post, Paths.suppressions, .one(.createSuppressions)) { try add($0) },
        ]
    }

    private static func add(_ context: RequestContext) throws -> Response {
        var form = Form(context.request)
        let address = address(&form, try context.phones())
        let scope = try scope(&form, context)
        let reason = form.line(
            "reason", limit: NewSuppression.longestReason, required: "Enter a reason.")
        guard form.isValid, let address, let scope else { return try page(context, form, status: 422) }
        let new = NewSuppression(
            address: address, scope: scope, reason: reason, source: .user)
        guard try context.perform(SuppressAddress(new)) else {
            form.reject("address", "This address was suppressed for that by hand already.")
            return try page(context, form, status: 422)
        }
        return context.redirect(
            to: context.link(Paths.suppressions) ?? Paths.account, .success,
            "\(address.value) is on the list. From this moment nothing that the scope covers is sent there.")
    }

    private static func address(_ form: inout Form, _ phones: PhoneReader) -> Address? {
        let text = form.line("address", limit: 320, required: "Enter an email address or a mobile number.")
        guard !text.isEmpty, form.error("address") == nil else { return nil }
        do throws(AddressProblem) {
            return try text.contains("@")
                ? Address(text, for: .email) : Address(kind: .mobile, value: phones.e164(text))
        } catch {
            form.reject("address", error.message)
            return nil
        }
    }

    private static func scope(_ form: inout Form, _ context: RequestContext) throws -> SuppressionScope? {
        let text = form.raw("scope")
        switch text {
        case "everything": return .everything
        case "broadcasts": return .broadcasts
        default:
            if text.hasPrefix("channel:"), let id = Int64(text.dropFirst(8)),
                try context.services.channels.channel(id) != nil
            {
                return .channel(id)
            }
            form.reject("scope", "Choose what it covers.")
            return nil
        }
    }

    private static func page(_ context: RequestContext, _ form: Form, status: Int = 200) throws -> Response {
        let chosen = form.raw("scope").isEmpty ? "everything" : form.raw("scope")
        let channels = try context.services.channels.channels(matching: "", from: .newest, limit: mostChannels).items
        let options =
            [
                (value: "everything", label: "Everything: nothing is sent to the address"),
                (value: "broadcasts", label: "Broadcasts: single messages such as invoices still leave"),
            ] + channels.map { (value: "channel:\($0.id)", label: "The channel \($0.name)") }
        let model = SuppressionFormPage(
            shell: context.shell(.communicationSettings), backHref: Paths.suppressions, action: Paths.suppressions,
            hasProblems: !form.isValid, problems: form.summary,
            sections: [
                FormSection(
                    title: nil, hint: nil,
                    fields: [
                        .input(
                            "address", "Address", value: form.raw("address"),
                            hint: "An email address, or a mobile number. \(try context.phones().hint)",
                            error: form.error("address"), required: true, autocomplete: "off"),
                        .select(
                            "scope", "Covers", options: options, chosen: chosen, error: form.error("scope"),
                            required: true),
                        .input(
                            "reason", "Reason", value: form.raw("reason"),
                            hint: "Shown beside every message that is not sent because of it.",
                            error: form.error("reason"), required: true, autocomplete: "off"),
                    ])
            ])
        return try context.page("Consent/SuppressionForm", model, status: status)
    }
}
