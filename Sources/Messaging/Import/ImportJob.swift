/// An import of a file and its state, stored so that it survives a restart.
public struct ImportJob: Sendable, Hashable, Identifiable {
    public enum State: String, Sendable, Hashable {
        /// Uploaded; its columns are not mapped yet.
        case waiting
        case running, done, stopped, failed
        /// The process that ran it has ended. Never stored: derived from missing progress reports.
        case interrupted
    }

    /// Maximum time without a progress report; a run silent for longer counts as interrupted.
    public static let longestSilence = Duration.seconds(15)

    public var id: String
    public var ownerID: Int64?
    /// Name given by the uploader's machine.
    public var filename: String
    public var file: ImportFile
    public var state = State.waiting
    /// Human-readable reason of a failure; empty otherwise.
    public var reason = ""
    public var progress = ImportProgress()
    public var createdAt: Timestamp
    public var updatedAt: Timestamp

    public init(id: String, ownerID: Int64?, filename: String, file: ImportFile, createdAt: Timestamp) {
        self.id = id
        self.ownerID = ownerID
        self.filename = filename
        self.file = file
        self.createdAt = createdAt
        updatedAt = createdAt
    }

    /// State at a given time.
    public func standing(at now: Timestamp) -> State {
        state == .running && updatedAt + Self.longestSilence < now ? .interrupted : state
    }
}

/// Queries for imports and their progress.
public protocol ImportQueries: Sendable {
    func importJob(_ id: String) throws -> ImportJob?
    /// The owner's imports of a subject, newest first.
    func importJobs(of subject: ImportSubject, by owner: Int64?, limit: Int) throws -> [ImportJob]
}

/// Stores imports and their progress.
public protocol ImportStore: ImportQueries {
    func addImport(_ job: ImportJob) throws
    /// Stores the column mapping.
    func setImportFile(_ id: String, _ file: ImportFile, at: Timestamp) throws
    /// Starts an import from the beginning of its file. Returns false if it is done, deleted or running.
    func beginImport(_ id: String, runner: String, at: Timestamp) throws -> Bool
    /// Records the progress of a run. Returns false if the run has been superseded.
    @discardableResult
    func noteImport(_ id: String, runner: String, _ progress: ImportProgress, at: Timestamp) throws -> Bool
    /// Returns false, without a change, if another run has taken over.
    func endImport(
        _ id: String, runner: String, _ state: ImportJob.State, reason: String, _ progress: ImportProgress,
        at: Timestamp
    ) throws -> Bool
    /// Deletes all imports that are not running except the newest, and returns the ids of those deleted.
    func forgetImports(keeping: Int, at: Timestamp) throws -> [String]
}
