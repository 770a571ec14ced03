import ArgumentParser
import Console
import Foundation
import HTTPServing
import Logging
import Messaging
import Storage

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs the site, the API and delivery.")

    @OptionGroup var place: DataOptions
    @Option(help: "Address to listen on. Default: 127.0.0.1.") var host: String?
    @Option(help: "Port to listen on. Default: 8080; 0 uses a free port.") var port: Int?
    @Flag(help: "Adds a demo company that sends through the sandbox, and prints a sign-in link. Loopback only.")
    var demo = false
    @Flag(name: .customLong("no-delivery"), help: "Runs the site and the API without delivery.") var noDelivery = false
    @Option(name: .customLong("public-url"), help: "Public URL of the site, for example https://console.example.com.")
    var publicURL: String?
    @Flag(help: "Reads the templates again for each page, for development.") var reload = false

    /// Crash simulation for tests; see `SuddenDeath`.
    @Option(name: .customLong("die-at-commit"), help: .hidden) var dieAtCommit: String?

    func run() throws {
        let settings = try Settings(configFile: place.config)
        let isDemo = try settings.isOn("demo", flag: demo)
        let folders = try Folders(settings: settings, dataFlag: place.data, isDemo: isDemo)
        try folders.requireSite()
        let host = settings.text("host", flag: host) ?? "127.0.0.1"
        if isDemo, !["127.0.0.1", "::1", "localhost"].contains(host) {
            throw Unusable("--demo only listens on loopback: leave out --host, or use 127.0.0.1.")
        }
        let port = try settings.number("port", flag: port, in: 0...65535, default: 8080)

        Memory.prepare()
        Shutdown.prepare()
        let logger = try Wiring.startLogging(settings)
        let store = try Wiring.openStore(folders.data, death: dieAtCommit.map(SuddenDeath.init))
        let delivers = try !settings.isOn("no-delivery", flag: noDelivery)
        let lock = delivers ? try DeliveryLock(folder: folders.data) : nil
        let catalog = try Wiring.catalog(settings)
        var publicURL = try Wiring.publicURL(settings, flag: publicURL)
        // The demo runs locally, so links use the server's own address.
        if isDemo, port != 0, publicURL == nil { publicURL = "http://\(Self.literal(host)):\(port)" }
        let delivery =
            delivers
            ? try Wiring.makeDelivery(store, catalog: catalog, publicURL: publicURL, logger: logger) : nil
        if isDemo { try DemoCompany.fill(store, at: .now()) }

        let metrics = Metrics(store: store, delivery: delivery)
        let site = try makeSite(
            store, catalog, delivery, metrics, folders, settings, publicURL, isDemo: isDemo, logger: logger)
        let server = try makeServer(site, host: host, port: UInt16(port), settings: settings, logger: logger)
        metrics.watch(server)
        try delivery?.start()
        let address = settings.text("public-url", flag: self.publicURL) ?? "http://\(Self.literal(host)):\(server.port)"
        try announce(store, address: address, isDemo: isDemo)

        Shutdown.wait()
        logger.notice("stopping")
        server.stop(grace: .seconds(10))
        delivery?.stop()
        try store.close()
        logger.notice("stopped")
        withExtendedLifetime(lock) {}
    }

    private func makeSite(
        _ store: Store, _ catalog: ProviderCatalog, _ delivery: Delivery?, _ metrics: Metrics, _ folders: Folders,
        _ settings: Settings, _ peopleURL: String?, isDemo: Bool, logger: Logger
    ) throws -> Site {
        let proxies = settings.text("trusted-proxies", flag: nil) ?? ""
        let configuration = SiteConfiguration(
            templates: folders.home + "/Templates", assets: folders.home + "/Public",
            publicURL: settings.text("public-url", flag: publicURL),
            trustedProxies: proxies.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init),
            isDemo: isDemo, reload: reload, imports: folders.data + "/imports",
            installationName: settings.text("name", flag: nil) ?? "Switchboard")
        do {
            return try Wiring.makeSite(
                store, catalog: catalog, delivery: delivery, meters: metrics, configuration: configuration,
                publicURL: peopleURL, logger: logger)
        } catch let error as InvalidConfiguration {
            throw Unusable(error.description)
        }
    }

    private func makeServer(
        _ site: Site, host: String, port: UInt16, settings: Settings, logger: Logger
    ) throws -> Server {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let workers = try settings.number("workers", flag: nil, in: 1...256, default: max(2, cores * 2))
        do {
            return try Server(
                host: host, port: port, workers: workers, limits: Limits(), logger: logger,
                bodyLimit: { site.bodyLimit(for: $0) }, spoolsBody: { site.spoolsBody(of: $0) },
                keepsRawBody: { site.keepsRawBody(of: $0) },
                fixed: { site.fixedResponse(to: $0) },
                refuse: { head, status, message in site.refusal(head, status: status, message: message) },
                handler: { site.reply(to: $0) })
        } catch let error as BindError {
            throw Unusable(error.description)
        }
    }

    /// Prints a one-time sign-in link at the first start instead of creating a default password.
    private func announce(_ store: Store, address: String, isDemo: Bool) throws {
        tell("Switchboard is at \(address)")
        let now = Timestamp.now()
        if try !store.hasUsers() {
            let token = Secrets.randomToken()
            try store.createLink(
                hash: Secrets.hash(token), purpose: .setup, userID: nil, expiresAt: now + .seconds(24 * 3600))
            tell("Create the first user (this link works once and expires after a day): \(address)/setup/\(token)")
        } else if isDemo, let user = try store.users().first(where: { !$0.isDisabled }) {
            let token = Secrets.randomToken()
            try store.createLink(
                hash: Secrets.hash(token), purpose: .signIn, userID: user.id, expiresAt: now + .seconds(24 * 3600))
            tell("Sign in to the demo (this link works once and expires after a day): \(address)/setup/\(token)")
        }
    }

    private static func literal(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}
