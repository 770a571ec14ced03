import Foundation
import Messaging

extension Store {
    /// Opens, or makes, the store in a data folder: `switchboard.sqlite` and the key beside it.
    public convenience init(folder: String, catalog: ProviderCatalog) throws {
        try self.init(folder: folder, catalog: catalog, beforeCommit: nil)
    }

    /// `beforeCommit` is called before every commit, and what it throws makes the commit fail; `afterCommit` when it is on
    /// disk.
    package convenience init(
        folder: String, catalog: ProviderCatalog, beforeCommit: (@Sendable () throws -> Void)?,
        afterCommit: (@Sendable () -> Void)? = nil
    ) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let path = folder + "/switchboard.sqlite"
        // SQLite would make it, and the log after its likeness, as readable as the process makes files.
        if !FileManager.default.fileExists(atPath: path) { try DiskSync.make(fileAtPath: path, of: []) }
        let engine = try SQLiteEngine(
            path: path, beforeCommit: beforeCommit, afterCommit: afterCommit)
        try self.init(engine: engine, secrets: SecretBox(keyFile: folder + "/secret.key"), catalog: catalog)
    }
}
