import Foundation
import Logging
import Messaging
import Synchronization

@testable import Providers
@testable import Transport

/// A transport and its results, with signals instead of sleeps.
final class TransportRig {
    let transport: TransportClient
    let store = MemoryStore()
    private let bell = Bell()
    private(set) var answers: [Int64: ProviderResponse] = [:]
    /// Number of duplicate results.
    private(set) var repeats = 0

    init(
        timings: ConnectionTimings = .standard, networks: NetworkPolicy = .anywhere,
        catalog: ProviderCatalog = Catalog.all, tokens: (any ProviderTokenStore)? = nil, _ accounts: ProviderAccount...
    ) throws {
        let receipts = store
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        transport = try TransportClient(
            store: store, tokens: tokens, onReceipt: { receipts.note($0) }, logger: logger,
            catalog: catalog.reaching(networks), timings: timings)
        transport.onChange { [bell] in bell.ring() }
        transport.use(accounts)
    }

    deinit { transport.stop(grace: .zero) }

    func report(_ id: Int64 = 1) -> ConnectionReport? { transport.reports().first { $0.providerID == id } }

    /// Waits for a matching report; returns false after a timeout that no healthy run reaches.
    func waits(for id: Int64 = 1, until condition: (ConnectionReport) -> Bool) -> Bool {
        bell.wait { self.report(id).map(condition) ?? false }
    }

    func opens(_ lines: Int, to id: Int64 = 1) -> Bool {
        transport.open(connections: lines, to: id)
        return waits(for: id) { $0.capacity == lines * 4 }
    }

    /// Waits until an HTTP provider has the given capacity: as many requests as connections.
    func reaches(_ id: Int64 = 1, capacity: Int = 4) -> Bool {
        transport.open(connections: 1, to: id)
        return waits(for: id) { $0.capacity == capacity }
    }

    func collects(_ count: Int) -> Bool {
        bell.wait {
            self.collect()
            return self.answers.count >= count
        }
    }

    func collect() {
        for finished in transport.collect() {
            if answers.updateValue(finished.response, forKey: finished.messageID) != nil { repeats += 1 }
        }
    }
}

final class Bell: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func ring() { semaphore.signal() }

    func wait(for condition: () -> Bool) -> Bool {
        while !condition() {
            guard semaphore.wait(timeout: .now() + 20) == .success else { return condition() }
        }
        return true
    }
}

final class MemoryStore: SandboxStore, InAppStore {
    struct Full: Error {}
    struct Contents {
        var kept: [String: SandboxTransfer] = [:]
        var notices: [String: NoticeTransfer] = [:]
        var batches = 0
        var receipts: [Receipt] = []
        var isFull = false
    }
    let contents = Mutex(Contents())

    func keep(_ items: [SandboxTransfer], providerID: Int64, at: Timestamp) throws {
        try contents.withLock { contents in
            if contents.isFull { throw Full() }
            contents.batches += 1
            for item in items { contents.kept[item.key] = item }
        }
    }

    func keep(_ notices: [NoticeTransfer], providerID: Int64, at: Timestamp) throws -> Set<String> {
        try contents.withLock { contents in
            if contents.isFull { throw Full() }
            contents.batches += 1
            for notice in notices where notice.reader.externalID != "gone" { contents.notices[notice.key] = notice }
            return Set(notices.filter { $0.reader.externalID == "gone" }.map(\.key))
        }
    }

    func note(_ receipt: Receipt) { contents.withLock { $0.receipts.append(receipt) } }
}
