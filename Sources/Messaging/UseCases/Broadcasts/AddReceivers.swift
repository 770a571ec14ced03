/// Adds receivers to a draft; one who is there already (the same record, or the same email and mobile) is merged. Up to
/// `ReceiverJobs.atOnce` are there when this returns.
///
/// The audit says with each commit what it brought: people are added in commits of `ReceiverJobs.chunk`; channels and
/// searches become jobs, whose beginning is in the commit that asks for them. Throws `StoreConflict.state` when it is no
/// draft.
public struct AddReceivers: UseCase {
    public enum Source: Sendable, Hashable {
        case people([Receiver])
        case audiences([Audience])
    }

    public var source: Source
    public var broadcast: Broadcast
    /// Where they come from, for the audit: `channels Newsletter`; `nil`: not told.
    public var origin: String?

    public init(_ source: Source, to broadcast: Broadcast, from origin: String? = nil) {
        self.source = source
        self.broadcast = broadcast
        self.origin = origin
    }

    public func perform(_ work: Work) throws -> ReceiversAdding {
        switch source {
        case .people(let people): try add(people, work)
        case .audiences(let audiences): try add(audiences, work)
        }
    }

    private func add(_ people: [Receiver], _ work: Work) throws -> ReceiversAdding {
        let chunk = ReceiverJobs.chunk
        var result = ReceiversAdding()
        for start in stride(from: 0, to: people.count, by: chunk) {
            let part = Array(people[start..<min(start + chunk, people.count)])
            let added = try work.commit { commit in
                let added = try commit.stores.broadcasts.addReceivers(part, to: broadcast.id, at: work.now)
                try audit(ReceiversAdding(added: added.added, merged: added.merged.count), commit)
                return added
            }
            result.added += added.added
            result.merged += added.merged.count
            result.mergedNames += added.merged.prefix(ReceiversAdding.mostNames - result.mergedNames.count)
        }
        return result
    }

    private func add(_ audiences: [Audience], _ work: Work) throws -> ReceiversAdding {
        let jobs = try work.commit { commit in
            let asked = try audiences.map {
                try commit.stores.bulk.addAudience($0, to: broadcast.id, by: work.actor.userID, at: work.now)
            }
            var jobs = ReceiverJobs(asked)
            try jobs.work(upTo: ReceiverJobs.chunk, commit.stores, at: work.now)
            try audit(jobs.result, commit)
            return jobs
        }
        return try jobs.goOn(work)
    }

    private func audit(_ result: ReceiversAdding, _ commit: Commit) throws {
        let from = origin.map { "from \($0): " } ?? ""
        try commit.audit(
            broadcast.origin == .bulk ? "add receivers" : "add recipients", "broadcast \(broadcast.id)",
            detail: from + "\(result.added) added, \(result.merged) merged" + (result.goesOn ? ", more to come" : ""))
    }
}
