import HTTPServing
import Messaging

/// Progress of a bulk addition of receivers. Polls itself every second while it runs; without JavaScript it shows a
/// link.
struct AudienceAdding: Sendable {
    let isAdding: Bool
    /// Was running when the page was opened and has finished since.
    let isDone: Bool
    let text: String
    /// Percentage; `nil` if the total is unknown until the search ends.
    let percent: String?
    let partHref: String
    let pageHref: String
}

extension AudienceAdding {
    static func routes(_ host: AudienceHost) -> [Route] {
        [
            Route(.get, host.adding("{id}"), .one(host.access)) { context in
                try host.withDraft(context) { draft in
                    guard context.isPartial else { return context.redirect(to: host.page(draft.id)) }
                    return try context.partial(
                        "Audience/AudienceAdding", try AudienceAdding(host, draft, context, wasAdding: true))
                }
            }
        ]
    }

    /// `wasAdding`: requested by the progress line itself.
    init(_ host: AudienceHost, _ draft: Broadcast, _ context: RequestContext, wasAdding: Bool = false) throws {
        let progress = try context.services.bulk.adding(to: draft.id)
        isAdding = progress != nil
        isDone = progress == nil && wasAdding
        (partHref, pageHref) = (host.adding(draft.id), host.page(draft.id))
        guard let progress else {
            (text, percent) = ("All \(EnglishFormat.count(draft.receiverCount, host.person)) added.", nil)
            return
        }
        if let total = progress.total, total > 0 {
            text = "Adding \(host.person)s: \(EnglishFormat.count(progress.done)) of \(EnglishFormat.count(total))."
            percent = String(progress.done * 100 / total)
        } else {
            text = "Adding \(host.person)s: \(EnglishFormat.count(progress.done)) so far."
            percent = nil
        }
    }

    /// Reason why a draft cannot proceed while receivers are being added; `nil` if none are.
    static func obstacle(_ draft: Broadcast, _ context: RequestContext) throws -> String? {
        try context.services.bulk.adding(to: draft.id) == nil
            ? nil : obstacle
    }

    static let obstacle = "Recipients are still being added. Continue when they have all been added."
}
