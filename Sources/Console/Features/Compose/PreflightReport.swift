import Messaging

/// Preflight of a stored draft, as far as a page has run it.
struct PreflightReport: Sendable {
    /// Maximum receivers checked synchronously; more would occupy a request thread and delay the page.
    static let quickReceivers = 1000

    var findings: [Finding]
    /// URL of the complete preflight, if only some receivers were checked.
    var whole: String?

    /// Checks all receivers if they are few or the request asks for it; otherwise the first ones, so that the page
    /// appears immediately and loads the rest. Blocking findings are always complete.
    init(_ context: RequestContext, _ draft: Broadcast) throws {
        let isWhole = draft.receiverCount <= Self.quickReceivers || context.request.query["look"] == "all"
        let extent: RunPreflight.Extent = isWhole ? .everything : .beginning(receivers: Self.quickReceivers)
        findings = try context.perform(RunPreflight(of: draft, extent, time: { context.time($0).text }))
        let page = draft.origin == .bulk ? Paths.publishBulk(draft.id) : Paths.composeConfirm(draft.id)
        whole = isWhole ? nil : Paths.with(page, [("look", "all")])
    }
}

extension RequestContext {
    /// Broadcast with its template's content. Throws `BroadcastContentProblem`.
    func resolved(_ broadcast: Broadcast) throws -> Broadcast { try services.templates.resolved(broadcast) }
}
