/// One import of a file: looked at, running, ended. Kept in the store, so that a restart does not forget it.
public struct ImportJob: Sendable, Hashable, Identifiable {
    public enum State: String, Sendable, Hashable {
        /// Uploaded; somebody still has to say how its columns go.
        case waiting
        case running, done, stopped, failed
        /// The process that ran it is gone. Never stored: it follows from the silence of the run.
        case interrupted
    }

    /// A run tells how far it is more often than this; one that was silent for so long is gone.
    public static let longestSilence = Duration.seconds(15)

    public var id: String
    public var ownerID: Int64?
    /// As the person's own machine calls it.
    public var filename: String
    public var file: ImportFile
    public var state = State.waiting
    /// Why it failed, in words; empty otherwise.
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

    /// The state as it is to be told at a moment.
    public func standing(at now: Timestamp) -> State {
        state == .running && updatedAt + Self.longestSilence < now ? .interrupted : state
    }
}

/// Imports and how far they are.
public protocol ImportQueries: Sendable {
    func importJob(_ id: String) throws -> ImportJob?
    /// Somebody's own imports of one subject, the newest first.
    func importJobs(of subject: ImportSubject, by owner: Int64?, limit: Int) throws -> [ImportJob]
}

/// Keeps imports and how far they are.
public protocol ImportStore: ImportQueries {
    func addImport(_ job: ImportJob) throws
    /// Remembers how the columns go.
    func setImportFile(_ id: String, _ file: ImportFile, at: Timestamp) throws
    /// Begins one that does not run, from the start of its file. False when it is done, gone or running.
    func beginImport(_ id: String, runner: String, at: Timestamp) throws -> Bool
    /// How far a run is. False when it is no longer the one that counts.
    @discardableResult
    func noteImport(_ id: String, runner: String, _ progress: ImportProgress, at: Timestamp) throws -> Bool
    /// False when the run is no longer the one that counts; nothing is changed then.
    func endImport(
        _ id: String, runner: String, _ state: ImportJob.State, reason: String, _ progress: ImportProgress,
        at: Timestamp
    ) throws -> Bool
    /// Forgets all that do not run but the newest, and answers the ids of those forgotten.
    func forgetImports(keeping: Int, at: Timestamp) throws -> [String]
}
