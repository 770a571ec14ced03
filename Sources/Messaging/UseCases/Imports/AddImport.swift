/// Remembers an import whose file was uploaded, and forgets the oldest that do not run. Returns the ids of those forgotten.
/// Not audited: nothing is taken until somebody starts it.
public struct AddImport: UseCase {
    public var job: ImportJob
    /// Imports remembered beside those that run.
    public var most: Int

    public init(_ job: ImportJob, most: Int) {
        self.job = job
        self.most = most
    }

    public func perform(_ work: Work) throws -> [String] {
        try work.commit { commit in
            try commit.stores.imports.addImport(job)
            return try commit.stores.imports.forgetImports(keeping: most, at: work.now)
        }
    }
}
