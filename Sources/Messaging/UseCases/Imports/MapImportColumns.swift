/// Remembers what each column of an import's file is, where the import could not be started with them. Not audited: nothing
/// is taken until it starts.
public struct MapImportColumns: UseCase {
    public var job: ImportJob

    public init(of job: ImportJob) { self.job = job }

    public func perform(_ work: Work) throws {
        try work.stores.imports.setImportFile(job.id, job.file, at: work.now)
    }
}
