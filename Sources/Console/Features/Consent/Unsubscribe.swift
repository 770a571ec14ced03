import HTTPServing
import Messaging

struct UnsubscribePage: Sendable {
    struct Choice: Sendable {
        let title: String
        let text: String
        let state: String
        let tone: String
        /// Label of the button; `nil` if no action is available.
        let verb: String?
        let scope: String
        let label: String
        let busy: String
        let isPlain: Bool
    }

    let shell: Shell
    let sender: String
    let address: String
    let action: String
    let notice: String?
    let choices: [Choice]
}

/// Unsubscribe pages. They need no sign-in and no cookie: the signed URL authorises the request, so a forged POST can
/// do no more than its holder.
///
/// GET changes nothing, because mail filters follow links (RFC 8058 section 1). A mail client's button posts
/// `List-Unsubscribe=One-Click` and always gets 200 without a redirect, also when repeated.
enum UnsubscribePages {
    /// Two short fields, in any form encoding that mail clients use.
    private static let bodyLimit = 16 * 1024

    static var routes: [Route] {
        let path = Paths.unsubscribe("{token}")
        return [
            Route(.get, path, .open, face: .anybody) { try show($0, try preferences($0)) },
            Route(.post, path, .open, face: .anybody, bodyLimit: bodyLimit) { try decide($0) },
        ]
    }

    private static func preferences(_ context: RequestContext) throws -> Preferences {
        let client = context.client.text
        // Large providers post for many people at once, so this rate limit is wide; the one for invalid links is
        // narrow.
        if let wait = context.site.unsubscribing.take(client, at: context.now) {
            throw Failure.tooMany(retryAfter: wait)
        }
        guard let message = context.services.tokens.message(ofToken: context.request.parameters["token"] ?? ""),
            let preferences = try context.services.suppressions.preferences(ofMessage: message)
        else {
            if let wait = context.site.unsubscribeGuesses.take(client, at: context.now) {
                throw Failure.tooMany(retryAfter: wait)
            }
            throw Failure(
                404, "This link is not known",
                "It may have been cut off by the mail program. Open it from the message once more, all of it.")
        }
        return preferences
    }

    private static func decide(_ context: RequestContext) throws -> Response {
        let preferences = try preferences(context)
        let form = context.request.form
        if form["List-Unsubscribe"] == "One-Click" {
            try perform(
                OptOut(of: preferences.consent.oneClickScope, preferences, reason: "Unsubscribed by one click."),
                context)
            return try show(context, try self.preferences(context), notice: "You are unsubscribed.")
        }
        guard let scope = scope(form["scope"] ?? "", preferences) else {
            throw Failure.badRequest("Nothing was chosen, so nothing was changed.")
        }
        switch form["do"] {
        case "leave": try perform(OptOut(of: scope, preferences, reason: "Unsubscribed."), context)
        case "return":
            try perform(OptIn(to: scope, preferences), context)
        default: throw Failure.badRequest("Nothing was chosen, so nothing was changed.")
        }
        return context.redirect(to: Paths.with(context.request.path, [("saved", "1")]))
    }

    /// Performs the action on behalf of the link's holder, without their address in the audit log.
    private static func perform(_ act: some UseCase<Void>, _ context: RequestContext) throws {
        var receiver = context.actor
        receiver.name = "the receiver"
        try context.services.useCases.perform(act, by: receiver, at: context.now)
    }

    private static func scope(_ text: String, _ preferences: Preferences) -> SuppressionScope? {
        switch text {
        case "channel": preferences.consent.channelID.map(SuppressionScope.channel)
        case "broadcasts": .broadcasts
        case "everything": .everything
        default: nil
        }
    }

    // MARK: The page

    private static func show(_ context: RequestContext, _ preferences: Preferences, notice: String? = nil) throws
        -> Response
    {
        let isSaved = context.request.method == .get && context.request.query["saved"] == "1"
        var response = try context.page(
            "Consent/Unsubscribe",
            UnsubscribePage(
                shell: context.shell(), sender: context.configuration.installationName,
                address: masked(preferences.address), action: context.request.path,
                notice: notice ?? (isSaved ? "Saved. It holds from now on." : nil),
                choices: choices(preferences, context)))
        response.headers["Cache-Control"] = "no-store"
        return response
    }

    private static func choices(_ preferences: Preferences, _ context: RequestContext) -> [UnsubscribePage.Choice] {
        var scopes: [(SuppressionScope, String, String)] = []
        if let id = preferences.consent.channelID {
            let name = preferences.channelName
            scopes.append(
                (
                    .channel(id), name.isEmpty ? "This list" : name,
                    "The list by which this message came to you."
                ))
        }
        scopes.append(
            (.broadcasts, "News and offers", "Everything that is sent to many people at once, this list included."))
        scopes.append(
            (
                .everything, "All messages",
                "Also those about your own business, such as invoices and appointments."
            ))
        return scopes.map { scope, title, text in choice(scope, title, text, preferences, context) }
    }

    private static func choice(
        _ scope: SuppressionScope, _ title: String, _ text: String, _ preferences: Preferences,
        _ context: RequestContext
    ) -> UnsubscribePage.Choice {
        let standing = preferences.suppressions.filter { $0.scope == scope }
        func make(_ state: String, _ tone: String, _ verb: String?, _ label: String, _ busy: String)
            -> UnsubscribePage.Choice
        {
            UnsubscribePage.Choice(
                title: title, text: text, state: state, tone: tone, verb: verb, scope: scope.kind.rawValue,
                label: label, busy: busy, isPlain: verb == "return" || scope == .everything)
        }
        if let own = standing.first(where: { $0.source == .person }) {
            return make(
                "You left on \(context.time(own.createdAt).text)", "gray", "return", "Receive again", "Saving…")
        }
        if !standing.isEmpty { return make("Stopped by the sender", "gray", nil, "", "") }
        let label =
            switch scope {
            case .channel: "Leave this list"
            case .broadcasts: "Leave all of these"
            case .everything: "Stop everything"
            }
        return make("You receive these", "green", "leave", label, "Saving…")
    }

    /// Masks an address, because the message may have been forwarded: `a•••@example.org`, `•••567`.
    static func masked(_ address: Address) -> String {
        switch address.kind {
        case .email:
            let parts = address.value.split(separator: "@", maxSplits: 1)
            return "\(parts.first?.prefix(1) ?? "")•••@\(parts.count > 1 ? parts[1] : "")"
        case .mobile, .device, .entity: return "•••\(address.value.suffix(3))"
        }
    }
}
