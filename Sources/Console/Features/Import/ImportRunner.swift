import Foundation
import HTTPServing
import Messaging
import Synchronization

/// Runs imports. Their state is in the store; their files are in a folder, named by the import's id: the upload until
/// it is completely imported, the rejected rows until the import is deleted.
final class ImportRunner: Sendable {
    /// Maximum finished imports kept.
    static let most = 20
    /// Maximum concurrent imports in this process. They share one writer, so more would only wait.
    static let mostRunning = 2
    enum Start: Sendable {
        case started, tooMany
        /// It is running or done.
        case notWaiting
        /// Its file is missing.
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

    /// Stores an uploaded file and its import; deletes the oldest imports with their files.
    func add(_ job: ImportJob, upload: UploadedFile, _ context: RequestContext) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try upload.keep(at: uploadPath(job.id))
        // The file must be on disk before the import is recorded.
        try DiskSync.sync(fileAtPath: uploadPath(job.id))
        for id in try context.perform(AddImport(job, most: Self.most)) { removeFiles(id) }
    }

    private func removeFiles(_ id: String) {
        for path in [uploadPath(id), rejectedPath(id)] { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Progress of an import that runs in this process.
    func progress(_ id: String) -> ImportProgress? { runs.withLock { $0[id]?.progress } }

    /// Tells an import that runs in this process to stop after its next commit.
    func stop(_ job: ImportJob, _ context: RequestContext) throws {
        guard runs.withLock({ $0[job.id]?.mayGoOn }) == true else { return }
        try context.perform(StopImport(job))
        runs.withLock { $0[job.id]?.mayGoOn = false }
    }

    /// Starts or restarts an import on a thread of its own.
    func start(_ job: ImportJob, _ context: RequestContext) throws -> Start {
        guard hasUpload(job.id) else { return .noFile }
        let (services, actor) = (context.services, context.actor)
        let runner = Secrets.base64URL(services.randomBytes(12))
        let hasPlace = runs.withLock { runs in
            guard runs.count < Self.mostRunning, runs[job.id] == nil else { return false }
            runs[job.id] = Run(runner: runner)
            return true
        }
        guard hasPlace else { return progress(job.id) == nil ? .tooMany : .notWaiting }
        do {
            guard try context.perform(BeginImport(job, runner: runner)) else {
                runs.withLock { $0[job.id] = nil }
                return .notWaiting
            }
            let thread = Thread { [self] in
                run(job, runner, services, actor)
                runs.withLock { $0[job.id] = nil }
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

    private func run(_ job: ImportJob, _ runner: String, _ services: Services, _ actor: Actor) {
        let rejects = RejectedRows(path: rejectedPath(job.id), of: job.file)
        let act = RunImport(
            job, runner: runner, at: uploadPath(job.id), rejects: rejects, clock: services.clock
        ) { [self] progress in
            runs.withLock { runs in
                runs[job.id]?.progress = progress
                return runs[job.id]?.mayGoOn ?? false
            }
        }
        do {
            let ended = try services.useCases.perform(act, by: actor, at: services.clock.now())
            if let failure = ended.failure {
                services.logger.error("an import failed", metadata: ["import": "\(job.id)", "error": "\(failure)"])
            }
            if ended.state == .done { try? FileManager.default.removeItem(atPath: uploadPath(job.id)) }
        } catch {
            // It then counts as interrupted and can be restarted.
            services.logger.error("the end of an import is not written", metadata: ["error": "\(error)"])
        }
    }
}
