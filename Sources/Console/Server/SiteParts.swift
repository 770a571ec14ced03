import HTTPServing
import Messaging

/// What every visit shares.
struct SiteParts: Sendable {
    let services: Services
    let configuration: SiteConfiguration
    let pages: Pages
    let router: Router<Route>
    let sessions: Sessions
    let csrfGuard: CSRFGuard
    let headers: SecurityHeaders
    let clients: ClientAddress
    let throttle: LoginThrottle
    /// Whoever opens or posts to the addresses at which people leave: 600 at once, then ten a second.
    let unsubscribing = ClientThrottle(burst: 600, refill: .milliseconds(100))
    /// Those among them that are none of ours: 30, then one in ten seconds.
    let unsubscribeGuesses = ClientThrottle(burst: 30, refill: .seconds(10))
    /// All webhooks of an address, and apart from that those accepted of a provider: 5,000, then a thousand a second. A
    /// provider that reports each message of a large broadcast three times stays below it; senders repeat what is refused.
    let webhooks = ClientThrottle(burst: 5_000, refill: .milliseconds(1))
    let webhooksOfProviders = ClientThrottle(burst: 5_000, refill: .milliseconds(1))
    /// Webhooks that were refused: 30, then one in ten seconds.
    let webhookGuesses = ClientThrottle(burst: 30, refill: .seconds(10))
    /// Whether there is a sandbox provider. Read seldom, because providers come with their secrets and those are decrypted.
    let hasSandbox: CachedValue<Bool>
    /// Messages that wait for somebody to decide about them.
    let unknowns: CachedValue<Int>
    let modules: CachedValue<Modules>
    let files: StaticFiles
    let fixed = FixedResponses()
    let gauge = ProgressGauge()
    let imports: ImportRunner

    /// A module switched in another process is seen this soon.
    static let modulesFreshness: Duration = .seconds(2)

    init(services: Services, configuration: SiteConfiguration, pages: Pages) throws {
        self.services = services
        self.configuration = configuration
        self.pages = pages
        var router = Router<Route>()
        for route in Routes.all { router.add(route.method, route.pattern, route) }
        self.router = router
        sessions = Sessions(
            store: services.access, useCases: services.useCases, isHTTPS: configuration.isHTTPS,
            random: services.randomBytes)
        csrfGuard = CSRFGuard(publicOrigin: CSRFGuard.origin(of: configuration.publicURL))
        headers = SecurityHeaders(isHTTPS: configuration.isHTTPS)
        clients = ClientAddress(trusted: try configuration.trustedProxies.map(Self.range))
        throttle = LoginThrottle()
        hasSandbox = CachedValue(false, freshness: .seconds(5), clock: services.clock) {
            [providers = services.providers, catalog = services.catalog] in
            try providers.providers(for: nil).contains { catalog.capabilities(of: $0.kind).isSandbox }
        }
        unknowns = CachedValue(0, freshness: .seconds(5), clock: services.clock) { [messages = services.messages] in
            try messages.inDoubt()
        }
        modules = CachedValue(Modules(), freshness: Self.modulesFreshness, clock: services.clock) {
            [access = services.access] in try access.modules()
        }
        imports = ImportRunner(folder: configuration.imports)
        files = StaticFiles(
            root: configuration.assets, urlPrefix: "", logger: services.logger, reload: configuration.reload)
    }

    func canReach(_ method: Method, _ path: String, _ principal: Principal) -> Bool {
        let path = String(path.prefix { $0 != "?" && $0 != "#" })
        guard case .found(let route, _) = router.match(method, path) else { return false }
        return modules.isOn(route.module) && route.access.admits(principal)
    }

    private static func range(_ text: String) throws -> AddressRange {
        guard let range = AddressRange(text) else {
            throw InvalidConfiguration("“\(text)” is not an address or network.")
        }
        return range
    }
}

/// A site cannot be made from this configuration.
public struct InvalidConfiguration: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String
    init(_ description: String) { self.description = description }
}
