import HTTPServing
import Messaging

/// Removes a suppression after confirmation. Requires a second confirmation if the address bounced or its owner
/// unsubscribed.
enum SuppressionRemoval {
    static var routes: [Route] {
        let (path, access) = (Paths.removeSuppression("{id}"), Access.one(.deleteSuppressions))
        return [
            Route(.get, path, access) { context in
                guard let standing = try context.services.suppressions.suppression(try context.id()) else {
                    return gone(context)
                }
                return try question(context, standing)
            },
            Route(.post, path, access) { try remove($0) },
        ]
    }

    private static func remove(_ context: RequestContext) throws -> Response {
        guard let standing = try context.services.suppressions.suppression(try context.id()) else {
            return gone(context)
        }
        do {
            try context.perform(LiftSuppression(standing, isConfirmed: context.request.form["sure"] == "1"))
        } catch is SuppressionRefused {
            return try secondQuestion(context, standing)
        } catch StoreConflict.notFound {
            return gone(context)
        }
        let others = try context.services.suppressions.suppressions(of: [standing.address])[standing.address] ?? []
        let still =
            others.isEmpty ? "" : " It is still on the list for \(EnglishFormat.list(others.map(\.scopeWords)))."
        return context.redirect(
            to: context.link(Paths.suppressions) ?? Paths.account, others.isEmpty ? .success : .info,
            "\(standing.address.value) is no longer suppressed for \(standing.scopeWords).\(still)")
    }

    private static func gone(_ context: RequestContext) -> Response {
        context.redirect(to: context.link(Paths.suppressions) ?? Paths.account, .info, "It was removed already.")
    }

    private static func question(_ context: RequestContext, _ standing: Suppression) throws -> Response {
        try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.communicationSettings), title: "Write to \(standing.address.value) again?",
                text: standing.source == .provider
                    ? "The provider refused this address for good. Unless the mailbox is there again, the next message "
                        + "will be refused too, which harms what others think of your mail."
                    : standing.source == .person
                        ? "The person asked not to be written to. Only they can take that back, by the link in their "
                            + "message, unless they told you."
                        : "What this covered is sent to the address again from now on.",
                facts: facts(standing, context), action: Paths.removeSuppression(standing.id),
                confirmLabel: standing.source.isNotOurs ? "Go on" : "Remove", busyLabel: "One moment…",
                danger: !standing.source.isNotOurs, cancelHref: Paths.suppressions))
    }

    private static func secondQuestion(_ context: RequestContext, _ standing: Suppression) throws -> Response {
        let when = context.time(standing.createdAt).text
        let words =
            standing.source == .provider
            ? "It has been refused since \(when). Are you sure that it works now?"
            : "Its owner asked for it on \(when). Have they told you that they want to receive messages again?"
        return try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.communicationSettings), title: "Really write to \(standing.address.value) again?",
                text: words, facts: facts(standing, context), action: Paths.removeSuppression(standing.id),
                confirmLabel: "Yes, remove it", busyLabel: "Removing…", danger: true, cancelHref: Paths.suppressions,
                hidden: [HiddenField(name: "sure", value: "1")]))
    }

    private static func facts(_ standing: Suppression, _ context: RequestContext) -> [Fact] {
        let source = standing.source.title + (standing.createdByName.map { " (\($0))" } ?? "")
        return [
            Fact(label: "Covers", value: EnglishFormat.opening(standing.scopeWords)),
            Fact(label: "Reason", value: standing.reason), Fact(label: "Source", value: source),
            Fact(label: "Since", value: context.time(standing.createdAt).text),
        ]
    }
}
