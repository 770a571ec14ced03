import Foundation
import Messaging
import Storage
import Synchronization

/// A store of its own for one test, in a folder that goes when the process ends: the store may outlive this value.
public final class TemporaryStore: Sendable {
    public let store: Store
    public let folder: String

    /// `beforeCommit` runs before every commit; what it throws makes the commit fail.
    public init(
        catalog: ProviderCatalog = ProviderCatalog([]), beforeCommit: (@Sendable () throws -> Void)? = nil
    ) throws {
        folder = NSTemporaryDirectory() + "switchboard-test-" + UUID().uuidString
        Litter.add(folder)
        store = try Store(folder: folder, catalog: catalog, beforeCommit: beforeCommit)
    }

    /// The same folder opened again, as after a restart.
    public func reopened(catalog: ProviderCatalog = ProviderCatalog([])) throws -> Store {
        try Store(folder: folder, catalog: catalog)
    }
}

/// Folders to remove when the process ends.
public enum Litter {
    private static let folders = Mutex<[String]>([])

    public static func add(_ folder: String) {
        let isFirst = folders.withLock { folders in
            folders.append(folder)
            return folders.count == 1
        }
        if isFirst { atexit { Litter.remove() } }
    }

    private static func remove() {
        for folder in folders.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: folder) }
    }
}
