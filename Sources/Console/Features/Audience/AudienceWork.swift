import Messaging

/// Receivers taken all at once from channels, searches and other broadcasts, as far as one answer waits for them.
struct AudienceAdded: Sendable, Hashable {
    var added = 0
    var merged = 0
    /// The first few of those who were there already.
    var mergedNames: [String] = []
    /// More come after the answer.
    var goesOn = false

    fileprivate static let mostNames = 3

    /// `1,204 recipients were added. 2 were in the list already and merged: Ada Lovelace, Grace Hopper.`
    /// `person`: what the page calls one of them.
    func words(_ person: String) -> String {
        var sentences: [String] = []
        if added > 0 || merged == 0 {
            sentences.append("\(EnglishFormat.count(added, person)) \(added == 1 ? "was" : "were") added.")
        }
        if merged > 0 {
            let names = mergedNames.joined(separator: ", ")
            let rest = merged - mergedNames.count
            let others = rest > 0 ? " and \(EnglishFormat.count(rest, "other"))" : ""
            sentences.append(
                "\(EnglishFormat.count(merged)) \(merged == 1 ? "was" : "were") in the list already and merged"
                    + (names.isEmpty ? "." : ": \(names)\(others)."))
        }
        if goesOn { sentences.append("The others are being added.") }
        return sentences.joined(separator: " ")
    }
}

/// How far the adding of receivers has come.
struct AudienceProgress: Sendable, Hashable {
    /// Looked at: added, or there already.
    let done: Int
    /// `nil` where only the walk itself can tell.
    let total: Int?
}

extension RequestContext {
    /// Receivers that are there when a request answers. Of more, the rest comes after it.
    static let audienceAtOnce = 10_000
    private static let audienceChunk = 500

    /// Asks for audiences and does the work on them up to `audienceAtOnce` receivers; for `.later`. Draft only.
    func addAudiences(_ audiences: [Audience], to broadcastID: Int64) throws -> AudienceAdded {
        try work(
            on: audiences.map {
                try services.bulk.addAudience($0, to: broadcastID, by: principal.userID, at: now)
            })
    }

    func work(on jobs: [BroadcastJob]) throws -> AudienceAdded {
        let isCrowd = jobs.reduce(0) { $0 + ($1.total ?? 0) } > Self.audienceAtOnce
        // Of a crowd, a beginning to look at is enough to wait for.
        let limit = isCrowd ? Self.audienceChunk : Self.audienceAtOnce
        var result = AudienceAdded()
        for job in jobs {
            var standing = job
            while !standing.isFinished, result.added + result.merged + standing.done + standing.merged < limit {
                standing = try services.bulk.work(on: job.id, limit: Self.audienceChunk, at: now)
                let room = AudienceAdded.mostNames - result.mergedNames.count
                result.mergedNames += standing.mergedNames.prefix(room)
            }
            result.added += standing.done
            result.merged += standing.merged
            if !standing.isFinished { result.goesOn = true }
        }
        if result.goesOn { services.wake() }
        return result
    }
}

extension BulkStore {
    /// Work at once on one broadcast; nobody asks for more than a few.
    private var mostJobs: Int { 1000 }

    /// `nil`: nobody is being added.
    func adding(to broadcastID: Int64) throws -> AudienceProgress? {
        let jobs = try openJobs(of: broadcastID, limit: mostJobs).filter(\.addsReceivers)
        guard !jobs.isEmpty else { return nil }
        let done = jobs.reduce(0) { $0 + $1.done + $1.merged }
        let totals = jobs.compactMap(\.total)
        // Somebody may have subscribed while it was counted.
        let total = totals.count == jobs.count ? max(done, totals.reduce(0, +)) : nil
        return AudienceProgress(done: done, total: total)
    }
}
