/// Takes the file of an import that was begun, on the calling thread, and ends it: done, stopped or failed. The end is in
/// the commit of its audit entry. A run that another has replaced ends nothing: it was interrupted, whatever it took.
public struct RunImport: UseCase {
    public var job: ImportJob
    public var runner: String
    public var path: String
    public var rejects: any RejectedRowSink
    public var clock: WallClock
    /// Called after every commit; false stops the run.
    public var mayGoOn: (ImportProgress) -> Bool

    public init(
        _ job: ImportJob, runner: String, at path: String, rejects: any RejectedRowSink, clock: WallClock,
        mayGoOn: @escaping (ImportProgress) -> Bool
    ) {
        self.job = job
        self.runner = runner
        self.path = path
        self.rejects = rejects
        self.clock = clock
        self.mayGoOn = mayGoOn
    }

    /// How often a run tells the store how far it is.
    private static let interval = Duration.seconds(1)

    /// How the run ended, and the error when it failed.
    public func perform(_ work: Work) throws -> (state: ImportJob.State, failure: (any Error)?) {
        var last = ImportProgress()
        var isStopped = false
        var (state, reason, failure): (ImportJob.State, String, (any Error)?) = (.done, "", nil)
        do {
            last = try take(work, &last, &isStopped)
            if isStopped { state = .stopped }
        } catch {
            (state, reason, failure) = (.failed, ImportInterrupted(error).reason, error)
        }
        return (try end(work, state, reason, last), failure)
    }

    private func take(_ work: Work, _ last: inout ImportProgress, _ isStopped: inout Bool) throws -> ImportProgress {
        let stores = work.stores
        var told = ContinuousClock.now
        return try job.file.take(
            at: path, directory: stores.directory, channels: stores.channels, suppressions: stores.suppressions,
            by: job.ownerID, phones: try stores.access.phones(stores.phones), rejects: rejects, clock: clock
        ) { progress in
            last = progress
            guard mayGoOn(progress) else {
                isStopped = true
                return false
            }
            guard ContinuousClock.now - told > Self.interval else { return true }
            told = .now
            // A store too busy for this is asked again in a second; a run that lost its place ends here.
            return (try? stores.imports.noteImport(job.id, runner: runner, progress, at: clock.now())) ?? true
        }
    }

    private func end(
        _ work: Work, _ state: ImportJob.State, _ reason: String, _ progress: ImportProgress
    ) throws -> ImportJob.State {
        let work = Work(stores: work.stores, actor: work.actor, now: clock.now())
        return try work.commit { commit in
            let isEnded = try commit.stores.imports.endImport(
                job.id, runner: runner, state, reason: reason, progress, at: work.now)
            let state = isEnded ? state : .interrupted
            try commit.audit(
                "import \(job.file.subject.noun)", job.filename, detail: "\(state.rawValue): \(progress.auditWords)")
            return state
        }
    }
}

extension ImportSubject {
    /// What its rows are called: `members`, `subscribers`.
    public var noun: String {
        switch self {
        case .entities(let kind): kind.plural
        case .subscribers: "subscribers"
        case .suppressions: "suppressions"
        }
    }
}
