import Messaging
import Synchronization

/// Whether there is a sandbox provider, which every page's menu asks. Read from the store at most every five seconds,
/// because providers come with their secrets and those are decrypted.
final class CachedProviders: Sendable {
    private static let freshness: Duration = .seconds(5)

    private let providers: any ProviderQueries
    private let catalog: ProviderCatalog
    private let clock: WallClock
    private let seen = Mutex<(at: Timestamp, hasSandbox: Bool)?>(nil)

    init(providers: any ProviderQueries, catalog: ProviderCatalog, clock: WallClock) {
        self.providers = providers
        self.catalog = catalog
        self.clock = clock
    }

    /// A store that cannot be read answers no; the page itself will say why.
    var hasSandbox: Bool {
        let now = clock.now()
        if let seen = seen.withLock({ $0 }), now - seen.at < Self.freshness, now >= seen.at { return seen.hasSandbox }
        guard let all = try? providers.providers(for: nil) else { return false }
        let answer = all.contains { catalog.capabilities(of: $0.kind).isSandbox }
        seen.withLock { $0 = (now, answer) }
        return answer
    }

    /// After a change made by this process.
    func forget() { seen.withLock { $0 = nil } }
}
