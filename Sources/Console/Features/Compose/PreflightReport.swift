import Messaging

/// What a page knows of the preflight of a stored draft.
struct PreflightReport: Sendable {
    /// Beyond it the preflight takes longer than a request thread should be held, or somebody should wait for a page.
    static let quickReceivers = 1000

    var findings: [Finding]
    /// Where all receivers are looked at, when only some were.
    var whole: String?

    /// Of all receivers when they are few, or when the request asks for it; otherwise of the first, so that the page is
    /// there at once, and goes on by itself. What forbids the sending is always known.
    init(_ context: RequestContext, _ draft: Broadcast) throws {
        let isWhole = draft.receiverCount <= Self.quickReceivers || context.request.query["look"] == "all"
        let extent: RunPreflight.Extent = isWhole ? .everything : .beginning(receivers: Self.quickReceivers)
        findings = try context.perform(RunPreflight(of: draft, extent, time: { context.time($0).text }))
        let page = draft.origin == .bulk ? Paths.publishBulk(draft.id) : Paths.composeConfirm(draft.id)
        whole = isWhole ? nil : Paths.with(page, [("look", "all")])
    }
}

extension RequestContext {
    /// The broadcast with the content of its template in place. Throws `BroadcastContentProblem`.
    func resolved(_ broadcast: Broadcast) throws -> Broadcast { try services.templates.resolved(broadcast) }
}
