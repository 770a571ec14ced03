/// Begins a run of an import, from the start of its file. One that waits for its first run takes its columns as `job` has
/// them. False when it is done, gone or running.
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
            let imports = commit.stores.imports
            if job.state == .waiting { try imports.setImportFile(job.id, job.file, at: work.now) }
            guard try imports.beginImport(job.id, runner: runner, at: work.now) else { return false }
            try commit.audit("import \(job.file.subject.noun)", job.filename, detail: "started")
            return true
        }
    }
}
