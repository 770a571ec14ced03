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

/// Page of one bulk: content, progress and receivers.
enum BulkDetail {
    static var routes: [Route] {
        [
            // Shows a message next to its receiver, with mail in a frame.
            Route(.get, Paths.bulk("{id}"), .one(.readBulk), policy: .previews) { try show($0, $0.watched()) },
            BulkExport.route,
            Route(.post, Paths.removeBulkReceiver("{id}", receiver: "{receiver}"), .one(.updateBulk)) { context in
                try context.withBulkDraft { try remove(context, $0) }
            },
        ]
    }

    static func show(_ context: RequestContext, _ broadcast: Broadcast) throws -> Response {
        let (id, status) = (broadcast.id, broadcast.status)
        let books = try context.services.broadcasts.books(of: id)
        let isDraft = status == .draft
        let isRunning = [.publishing, .published, .scheduled].contains(status) && books[.pending] > 0
        let mayResend = books[.failed] > 0 && status != .cancelled
        let created = context.time(broadcast.createdAt)
        var facts = [Fact(label: "Created", value: created.text + (broadcast.createdByName.map { " by \($0)" } ?? ""))]
        if let sendAt = broadcast.sendAt, !isDraft {
            facts.append(Fact(label: status == .scheduled ? "Sends" : "Published", value: context.time(sendAt).text))
        }
        // A draft takes its template's priority when it is published.
        let priority = isDraft ? (try? context.resolved(broadcast).priority) ?? broadcast.priority : broadcast.priority
        facts.append(Fact(label: "Priority", value: priority.title))
        facts.append(
            Fact(
                label: "When a hand-off gets no answer",
                value: broadcast.whenUnknown == .hold
                    ? "Hold it for a person" : "Send it again, at the risk of a second copy"))
        if let end = broadcast.expiresAt {
            facts.append(Fact(label: "Not sent after", value: context.time(end).text))
        }
        let model = BulkDetailPage(
            shell: context.shell(.bulk), backHref: Paths.bulk, name: broadcast.displayName, status: status.title,
            badge: status.rawValue, facts: facts, channels: broadcast.deliveryChannels.map(ChannelPill.init),
            templateName: broadcast.templateName,
            templateHref: broadcast.templateID.flatMap { context.link(Paths.messageTemplate($0)) }, isDraft: isDraft,
            previewHref: isDraft ? context.link(Paths.bulkPreview(id)) : nil,
            editHref: isDraft ? context.link(Paths.editBulk(id)) : nil,
            publishHref: isDraft ? context.link(Paths.publishBulk(id)) : nil,
            deleteHref: isDraft ? context.link(Paths.deleteBulk(id)) : nil,
            duplicateAction: context.link(Paths.duplicateBulk(id), .post),
            unscheduleHref: status == .scheduled ? context.link(Paths.unscheduleBulk(id)) : nil,
            pauseAction: isRunning ? context.link(Paths.pauseBulk(id), .post) : nil,
            resumeAction: status == .paused ? context.link(Paths.resumeBulk(id), .post) : nil,
            cancelHref: (isRunning && status != .scheduled) || status == .paused
                ? context.link(Paths.cancelBulk(id)) : nil,
            resendHref: mayResend ? context.link(Paths.decideBulk(id, .resendFailed)) : nil,
            exportHref: isDraft
                ? nil : context.link(Paths.bulkExport(id)).map { BulkQuery(context.request.query).path($0) },
            logsHref: isDraft ? nil : context.link(Paths.sendLogs).map { Paths.with($0, [("broadcast", String(id))]) },
            addFromChannelsHref: isDraft ? AudienceHost.bulk.channelsLink(context, id) : nil,
            addFromSearchHref: isDraft ? context.link(Paths.bulkSearch(id)) : nil,
            progress: try BulkProgress(context, broadcast, refresh: refresh(context, id)),
            receivers: try BulkReceivers(context, broadcast))
        return try context.page("Bulk/BulkDetail", model)
    }

    private static func refresh(_ context: RequestContext, _ id: Int64) -> String {
        let asked = BulkQuery(context.request.query)
        return switch context.pageStart {
        case .newest: asked.path(Paths.bulk(id))
        case .after(let key): asked.path(Paths.bulk(id), ("after", String(key)))
        case .before(let key): asked.path(Paths.bulk(id), ("before", String(key)))
        }
    }

    private static func remove(_ context: RequestContext, _ draft: Broadcast) throws -> Response {
        let back = BulkQuery(context.request.query).path(Paths.bulk(draft.id))
        do {
            try context.perform(RemoveReceiver(context.id("receiver"), from: draft))
        } catch StoreConflict.notFound {
            return context.redirect(to: back, .info, "This receiver was removed already.")
        }
        return context.redirect(to: back, .success, "The receiver was removed.")
    }
}
