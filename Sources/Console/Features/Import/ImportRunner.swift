import Foundation
import HTTPServing
import Messaging
import Synchronization

/// Runs imports. What is known of them is in the store; their files are in a folder, by the import's id: the upload until
/// all of it was taken, the rejected rows until the import is forgotten.
final class ImportRunner: Sendable {
    /// Imports remembered beside those that run.
    static let most = 20
    /// Imports running at one moment in this process. They share one writer, so more would only wait.
    static let mostRunning = 2
    /// How often a run tells the store how far it is.
    private static let interval = Duration.seconds(1)

    enum Start: Sendable {
        case started, tooMany
        /// It runs already, or is done.
        case notWaiting
        /// Its file is gone.
        case noFile
    }

    private struct Run: Sendable {
        let runner: String
        var progress = ImportProgress()
        var mayGoOn = true
    }

    private let folder: String
    private let runs = Mutex<[String: Run]>([:])

    init(folder: String) { self.folder = folder }

    private func uploadPath(_ id: String) -> String { "\(folder)/\(id).upload" }
    func rejectedPath(_ id: String) -> String { "\(folder)/\(id).rejected.csv" }

    func hasUpload(_ id: String) -> Bool { FileManager.default.fileExists(atPath: uploadPath(id)) }

    /// Keeps an uploaded file and remembers the import; the oldest ones are forgotten with their files.
    func add(_ job: ImportJob, upload: UploadedFile, in store: any ImportStore) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try upload.keep(at: uploadPath(job.id))
        // An import that is remembered has its file.
        try DiskSync.sync(fileAtPath: uploadPath(job.id))
        try store.addImport(job)
        for id in try store.forgetImports(keeping: Self.most, at: job.createdAt) { removeFiles(id) }
    }

    private func removeFiles(_ id: String) {
        for path in [uploadPath(id), rejectedPath(id)] { try? FileManager.default.removeItem(atPath: path) }
    }

    /// How far it is, if it runs in this process.
    func progress(_ id: String) -> ImportProgress? { runs.withLock { $0[id]?.progress } }

    func stop(_ id: String) { runs.withLock { $0[id]?.mayGoOn = false } }

    /// Starts an import, or starts it again, on a thread of its own.
    func start(
        _ job: ImportJob, _ services: Services, ended: @escaping @Sendable (ImportJob) -> Void
    ) throws -> Start {
        guard hasUpload(job.id) else { return .noFile }
        let runner = Secrets.base64URL(services.randomBytes(12))
        let hasPlace = runs.withLock { runs in
            guard runs.count < Self.mostRunning, runs[job.id] == nil else { return false }
            runs[job.id] = Run(runner: runner)
            return true
        }
        guard hasPlace else { return progress(job.id) == nil ? .tooMany : .notWaiting }
        do {
            let phones = try services.access.phones(services.phones)
            guard try services.imports.beginImport(job.id, runner: runner, at: services.clock.now()) else {
                runs.withLock { $0[job.id] = nil }
                return .notWaiting
            }
            let thread = Thread { [self] in
                run(job, runner, phones, services)
                runs.withLock { $0[job.id] = nil }
                if let job = try? services.imports.importJob(job.id) { ended(job) }
            }
            thread.name = "import"
            thread.stackSize = 8 << 20
            thread.start()
        } catch {
            runs.withLock { $0[job.id] = nil }
            throw error
        }
        return .started
    }

    private func run(_ job: ImportJob, _ runner: String, _ phones: PhoneReader, _ services: Services) {
        let rejects = RejectedRows(path: rejectedPath(job.id), of: job.file)
        var told = ContinuousClock.now
        var last = ImportProgress()
        var (state, reason) = (ImportJob.State.done, "")
        do {
            last = try job.file.take(
                at: uploadPath(job.id), directory: services.directory, channels: services.channels,
                suppressions: services.suppressions, by: job.ownerID, phones: phones, rejects: rejects,
                clock: services.clock
            ) { progress in
                last = progress
                let mayGoOn = runs.withLock { runs in
                    runs[job.id]?.progress = progress
                    return runs[job.id]?.mayGoOn ?? false
                }
                guard mayGoOn else { return false }
                guard ContinuousClock.now - told > Self.interval else { return true }
                told = ContinuousClock.now
                // A store too busy for this is asked again in a second; a run that lost its place ends here.
                return
                    (try? services.imports.noteImport(
                        job.id, runner: runner, progress, at: services.clock.now())) ?? true
            }
            if runs.withLock({ $0[job.id]?.mayGoOn == false }) { state = .stopped }
        } catch {
            (state, reason) = (.failed, Self.words(error))
            services.logger.error("an import failed", metadata: ["import": "\(job.id)", "error": "\(error)"])
        }
        do {
            try services.imports.endImport(
                job.id, runner: runner, state, reason: reason, last, at: services.clock.now())
            if state == .done { try? FileManager.default.removeItem(atPath: uploadPath(job.id)) }
        } catch {
            // It is told as interrupted then, and can be started again.
            services.logger.error("the end of an import is not written", metadata: ["error": "\(error)"])
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let trouble as StoreUnavailable where trouble.isFull: "The disk is full."
        case is StoreUnavailable: "The store was busy for too long."
        case StoreConflict.notFound: "The channel was deleted."
        default: "The file could not be read to its end."
        }
    }
}
