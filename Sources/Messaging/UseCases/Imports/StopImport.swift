/// Records who stops an import, before it is told to stop; how it ended is recorded by the run itself.
public struct StopImport: UseCase {
    public var job: ImportJob

    public init(_ job: ImportJob) { self.job = job }

    public func perform(_ work: Work) throws {
        try work.audit("import \(job.file.subject.noun)", job.filename, detail: "stopping")
    }
}
