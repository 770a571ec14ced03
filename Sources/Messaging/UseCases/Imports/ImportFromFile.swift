/// Takes a file into what its subject names, on the calling thread, for the command line. Many commits; the audit says that
/// it began before the first, and what came of it after the last. Throws `ImportInterrupted` where it breaks off.
public struct ImportFromFile: UseCase {
    public var file: ImportFile
    public var path: String
    /// What the audit calls the rows: `members`.
    public var noun: String
    /// What the audit calls the file.
    public var filename: String
    public var rejects: any RejectedRowSink
    /// Called after every commit.
    public var report: (ImportProgress) -> Void

    public init(
        _ file: ImportFile, at path: String, noun: String, filename: String, rejects: any RejectedRowSink,
        report: @escaping (ImportProgress) -> Void
    ) {
        self.file = file
        self.path = path
        self.noun = noun
        self.filename = filename
        self.rejects = rejects
        self.report = report
    }

    public func perform(_ work: Work) throws -> ImportProgress {
        let phones = try work.stores.access.phones(work.stores.phones)
        return try work.takeRows("import \(noun)", filename, words: \.auditWords) { note in
            try file.take(
                at: path, directory: work.stores.directory, channels: work.stores.channels,
                suppressions: work.stores.suppressions, by: work.actor.userID, phones: phones, rejects: rejects
            ) { progress in
                note(progress)
                report(progress)
                return true
            }
        }
    }
}

extension ImportProgress {
    var auditWords: String {
        "created \(created), updated \(updated), unchanged \(unchanged), rejected \(rejected)"
    }
}
