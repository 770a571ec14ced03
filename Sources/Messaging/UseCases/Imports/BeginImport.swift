/// Begins a run of an import, from the start of its file. False when it is done, gone or running.
public struct BeginImport: UseCase {
    public var job: ImportJob
    /// The run's own name: only the one that began last counts.
    public var runner: String

    public init(_ job: ImportJob, runner: String) {
        self.job = job
        self.runner = runner
    }

    public func perform(_ work: Work) throws -> Bool {
        try work.commit { commit in
            guard try commit.stores.imports.beginImport(job.id, runner: runner, at: work.now) else { return false }
            try commit.audit("import \(job.file.subject.noun)", job.filename, detail: "started")
            return true
        }
    }
}
