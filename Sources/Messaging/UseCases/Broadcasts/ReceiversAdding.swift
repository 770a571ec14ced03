/// How an adding of receivers stands when its request answers.
public struct ReceiversAdding: Sendable, Hashable {
    public var added = 0
    /// Those who were there already.
    public var merged = 0
    /// The first few of them.
    public var mergedNames: [String] = []
    /// More come after the answer.
    public var goesOn = false

    public init(added: Int = 0, merged: Int = 0, mergedNames: [String] = [], goesOn: Bool = false) {
        self.added = added
        self.merged = merged
        self.mergedNames = mergedNames
        self.goesOn = goesOn
    }

    static let mostNames = 3
}

/// How far the adding of receivers has come.
public struct AddingProgress: Sendable, Hashable {
    /// Looked at: added, or there already.
    public let done: Int
    /// `nil` where only the walk itself can tell.
    public let total: Int?
}

extension BulkQueries {
    /// `nil`: no receivers are being added.
    public func adding(to broadcastID: Int64) throws -> AddingProgress? {
        // More than anybody asks for at once.
        let jobs = try openJobs(of: broadcastID, limit: 1000).filter(\.addsReceivers)
        guard !jobs.isEmpty else { return nil }
        let done = jobs.reduce(0) { $0 + $1.done + $1.merged }
        let totals = jobs.compactMap(\.total)
        // Somebody may have subscribed while it was counted.
        let total = totals.count == jobs.count ? max(done, totals.reduce(0, +)) : nil
        return AddingProgress(done: done, total: total)
    }
}

/// Jobs that add receivers, worked on as far as one answer waits for them.
struct ReceiverJobs {
    /// Receivers that are there when a request answers. Of more, the rest comes after it.
    static let atOnce = 10_000
    /// Receivers in one commit.
    static let chunk = 500

    private(set) var jobs: [BroadcastJob]
    private(set) var result = ReceiversAdding()

    init(_ jobs: [BroadcastJob]) {
        self.jobs = jobs
        result.goesOn = jobs.contains { !$0.isFinished }
    }

    private var seen: Int { jobs.reduce(0) { $0 + $1.done + $1.merged } }

    /// Does chunks until `limit` receivers were looked at or all are done.
    mutating func work(upTo limit: Int, _ stores: Stores, at now: Timestamp) throws {
        for index in jobs.indices {
            while !jobs[index].isFinished, seen < limit {
                jobs[index] = try stores.bulk.work(on: jobs[index].id, limit: Self.chunk, at: now)
                result.mergedNames += jobs[index].mergedNames.prefix(
                    ReceiversAdding.mostNames - result.mergedNames.count)
            }
        }
        result.added = jobs.reduce(0) { $0 + $1.done }
        result.merged = jobs.reduce(0) { $0 + $1.merged }
        result.goesOn = jobs.contains { !$0.isFinished }
    }

    /// What an answer waits for; whoever publishes does the rest. Of a crowd, a beginning to look at is enough.
    func goOn(_ work: Work) throws -> ReceiversAdding {
        var jobs = self
        let isCrowd = jobs.jobs.reduce(0) { $0 + ($1.total ?? 0) } > Self.atOnce
        try jobs.work(upTo: isCrowd ? Self.chunk : Self.atOnce, work.stores, at: work.now)
        if jobs.result.goesOn { work.stores.unit.notify(.delivery) }
        return jobs.result
    }
}
