import Foundation
import HTTPServing
import Messaging
import Synchronization

/// The imports of this process: uploaded, looked at, running, done. They are not kept over a restart; the rows taken by
/// then are, and the same file again changes nothing twice.
final class ImportDesk: Sendable {
    /// Imports remembered; the oldest that does not run makes room.
    static let most = 10
    /// Imports running at one moment. They share one writer, so more would only wait.
    static let mostRunning = 2

    enum State: Sendable, Hashable {
        case waiting, running, done, stopped
        case failed(String)
    }

    struct Job: Sendable {
        let id: String
        let ownerID: Int64?
        let filename: String
        var file: EntityFile
        /// Holds the uploaded file for as long as it is read.
        var upload: UploadedFile?
        let rejected: RejectedFile
        var state = State.waiting
        var progress = ImportProgress()
        var mayGoOn = true
    }

    private let jobs = Mutex<[Job]>([])

    func job(_ id: String) -> Job? { jobs.withLock { $0.first { $0.id == id } } }

    func add(_ file: EntityFile, upload: UploadedFile, ownerID: Int64?, id: String) {
        let job = Job(
            id: id, ownerID: ownerID, filename: upload.filename, file: file, upload: upload, rejected: RejectedFile())
        jobs.withLock { jobs in
            if jobs.count >= Self.most, let idle = jobs.firstIndex(where: { $0.state != .running }) {
                jobs.remove(at: idle)
            }
            jobs.append(job)
        }
    }

    /// Remembers how the columns go.
    func map(_ id: String, _ mapping: ColumnMapping) { change(id) { $0.file.mapping = mapping } }

    func stop(_ id: String) { change(id) { $0.mayGoOn = false } }

    /// Starts an import on a thread of its own. False: it is no longer waiting, or too many run.
    func start(
        _ id: String, into store: any DirectoryStore, clock: WallClock, ended: @escaping @Sendable (Job) -> Void
    ) -> Bool {
        let started: Job? = jobs.withLock { jobs in
            guard jobs.count(where: { $0.state == .running }) < Self.mostRunning,
                let index = jobs.firstIndex(where: { $0.id == id }), jobs[index].state == .waiting
            else { return nil }
            jobs[index].state = .running
            return jobs[index]
        }
        guard let started else { return false }
        let thread = Thread { [self] in
            run(started, store, clock)
            if let job = job(id) { ended(job) }
        }
        thread.name = "import"
        thread.stackSize = 8 << 20
        thread.start()
        return true
    }

    private func run(_ job: Job, _ store: any DirectoryStore, _ clock: WallClock) {
        var work = EntityImport(job.file, into: store, rejectedPath: job.rejected.path, clock: clock)
        let state: State
        do {
            let result = try work.run { progress in
                change(job.id) { $0.progress = progress }
                return self.job(job.id)?.mayGoOn ?? false
            }
            change(job.id) { $0.progress = result }
            state = self.job(job.id)?.mayGoOn == false ? .stopped : .done
        } catch let trouble as StoreUnavailable {
            state = .failed(trouble.isFull ? "The disk is full." : "The store was busy for too long.")
        } catch {
            state = .failed("The file could not be read to its end.")
        }
        change(job.id) { job in
            job.state = state
            job.upload = nil
        }
    }

    private func change(_ id: String, _ body: (inout Job) -> Void) {
        jobs.withLock { jobs in
            if let index = jobs.firstIndex(where: { $0.id == id }) { body(&jobs[index]) }
        }
    }
}

/// Where the rejected rows of one import are; the file goes with the last value that names it.
final class RejectedFile: Sendable {
    let path = NSTemporaryDirectory() + "switchboard-rejected-" + UUID().uuidString + ".csv"
    deinit { unlink(path) }
}
