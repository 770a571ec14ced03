import Foundation
import Messaging
import Storage

/// A store of its own for one test, in a folder that goes with it.
public final class TemporaryStore: Sendable {
    public let store: Store
    public let folder: String

    /// `beforeCommit` runs before every commit; what it throws makes the commit fail.
    public init(
        catalog: ProviderCatalog = ProviderCatalog([]), beforeCommit: (@Sendable () throws -> Void)? = nil
    ) throws {
        folder = NSTemporaryDirectory() + "switchboard-test-" + UUID().uuidString
        store = try Store(folder: folder, catalog: catalog, beforeCommit: beforeCommit)
    }

    /// The same folder opened again, as after a restart.
    public func reopened(catalog: ProviderCatalog = ProviderCatalog([])) throws -> Store {
        try Store(folder: folder, catalog: catalog)
    }

    deinit {
        try? store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
