import HTTPServing
import Messaging

struct BulkDetailPage: Sendable {
    let shell: Shell
    let backHref: String
    let name: String
    let status: String
    let badge: String
    let facts: [Fact]
    let channels: [ChannelPill]
    let templateName: String?
    let templateHref: String?
    let isDraft: Bool
    let previewHref: String?
    let editHref: String?
    let publishHref: String?
    let deleteHref: String?
    let duplicateAction: String?
    let unscheduleHref: String?
    let pauseAction: String?
    let resumeAction: String?
    let cancelHref: String?
    let resendHref: String?
    let exportHref: String?
    let logsHref: String?
    let addFromChannelsHref: String?
    let addFromSearchHref: String?
    let progress: BulkProgress
    let receivers: BulkReceivers
}

/// One bulk: what it is, how far it is, and everybody it goes to.
enum BulkDetail {
    static var routes: [Route] {
        [
            // A message opens beside its receiver, and mail is shown in a frame.
            Route(.get, Paths.bulk("{id}"), .one(.readBulk), policy: .previews) { try show($0, $0.watched()) },
            BulkExport.route,
            Route(.post, Paths.removeBulkReceiver("{id}", receiver: "{receiver}"), .one(.updateBulk)) { visit in
                try visit.withBulkDraft { try remove(visit, $0) }
            },
        ]
    }

    static func show(_ visit: Visit, _ broadcast: Broadcast) throws -> Response {
        let (id, status) = (broadcast.id, broadcast.status)
        let books = try visit.services.broadcasts.books(of: id)
        let isDraft = status == .draft
        let isRunning = [.publishing, .published, .scheduled].contains(status) && books[.pending] > 0
        let mayResend = books[.failed] > 0 && status != .cancelled
        let created = visit.time(broadcast.createdAt)
        var facts = [Fact(label: "Created", value: created.text + (broadcast.createdByName.map { " by \($0)" } ?? ""))]
        if let sendAt = broadcast.sendAt, !isDraft {
            facts.append(Fact(label: status == .scheduled ? "Sends" : "Published", value: visit.time(sendAt).text))
        }
        // A draft takes its template's priority when it is published.
        let priority = isDraft ? (try? visit.resolved(broadcast).priority) ?? broadcast.priority : broadcast.priority
        facts.append(Fact(label: "Priority", value: priority.title))
        facts.append(
            Fact(
                label: "When a hand-off gets no answer",
                value: broadcast.whenUnknown == .hold
                    ? "Hold it for a person" : "Send it again, at the risk of a second copy"))
        if let end = broadcast.expiresAt {
            facts.append(Fact(label: "Not sent after", value: visit.time(end).text))
        }
        let model = BulkDetailPage(
            shell: visit.shell(.bulk), backHref: Paths.bulk, name: broadcast.bulkName, status: status.title,
            badge: status.rawValue, facts: facts, channels: broadcast.deliveryChannels.map(ChannelPill.init),
            templateName: broadcast.templateName,
            templateHref: broadcast.templateID.flatMap { visit.link(Paths.messageTemplate($0)) }, isDraft: isDraft,
            previewHref: isDraft ? visit.link(Paths.bulkPreview(id)) : nil,
            editHref: isDraft ? visit.link(Paths.editBulk(id)) : nil,
            publishHref: isDraft ? visit.link(Paths.publishBulk(id)) : nil,
            deleteHref: isDraft ? visit.link(Paths.deleteBulk(id)) : nil,
            duplicateAction: visit.link(Paths.duplicateBulk(id), .post),
            unscheduleHref: status == .scheduled ? visit.link(Paths.unscheduleBulk(id)) : nil,
            pauseAction: isRunning ? visit.link(Paths.pauseBulk(id), .post) : nil,
            resumeAction: status == .paused ? visit.link(Paths.resumeBulk(id), .post) : nil,
            cancelHref: (isRunning && status != .scheduled) || status == .paused
                ? visit.link(Paths.cancelBulk(id)) : nil,
            resendHref: mayResend ? visit.link(Paths.decideBulk(id, .resendFailed)) : nil,
            exportHref: isDraft
                ? nil : visit.link(Paths.bulkExport(id)).map { BulkQuery(visit.request.query).path($0) },
            logsHref: isDraft ? nil : visit.link(Paths.sendLogs).map { Paths.with($0, [("broadcast", String(id))]) },
            addFromChannelsHref: isDraft ? AudienceHost.bulk.channelsLink(visit, id) : nil,
            addFromSearchHref: isDraft ? visit.link(Paths.bulkSearch(id)) : nil,
            progress: try BulkProgress(visit, broadcast, refresh: refresh(visit, id)),
            receivers: try BulkReceivers(visit, broadcast))
        return try visit.page("Pages/BulkDetail", model)
    }

    private static func refresh(_ visit: Visit, _ id: Int64) -> String {
        let asked = BulkQuery(visit.request.query)
        return switch visit.pageStart {
        case .newest: asked.path(Paths.bulk(id))
        case .after(let key): asked.path(Paths.bulk(id), ("after", String(key)))
        case .before(let key): asked.path(Paths.bulk(id), ("before", String(key)))
        }
    }

    private static func remove(_ visit: Visit, _ draft: Broadcast) throws -> Response {
        let back = BulkQuery(visit.request.query).path(Paths.bulk(draft.id))
        do {
            try visit.services.broadcasts.removeReceiver(visit.id("receiver"), from: draft.id, at: visit.now)
        } catch StoreConflict.notFound {
            return visit.redirect(to: back, .info, "This receiver was removed already.")
        }
        try visit.audit("remove receiver", "broadcast \(draft.id)")
        return visit.redirect(to: back, .success, "The receiver was removed.")
    }
}
