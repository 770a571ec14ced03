import Console
import Foundation
import HTTPServing
import Logging
import Messaging
import Numbering
import Providers
import Storage
import Transport

/// Composition root: the only place that assembles the modules.
enum Wiring {
    /// Builds the provider catalog with the network policy for configurable addresses.
    static func catalog(_ settings: Settings) throws -> ProviderCatalog {
        Catalog.all.reaching(
            NetworkPolicy(allowsPrivate: try settings.isOn("allow-private-networks", flag: false)))
    }

    static func openStore(_ folder: String, death: SuddenDeath? = nil) throws -> Store {
        do {
            return try Store(
                folder: folder, catalog: Catalog.all, beforeCommit: death.map { $0.beforeCommit },
                afterCommit: death.map { $0.afterCommit })
        } catch let error as NewerSchema {
            throw Unusable(error.description)
        } catch let error as StoreUnavailable {
            throw Unusable("The store in \(folder) cannot be opened: \(error.detail).")
        } catch {
            throw Unusable("The data folder \(folder) cannot be used: \(error.localizedDescription)")
        }
    }

    static func useCases(
        _ store: Store, catalog: ProviderCatalog, unsubscribe: UnsubscribeLinks?
    ) -> UseCases {
        UseCases(store: store, phones: NumberingPlan(), catalog: catalog, unsubscribe: unsubscribe)
    }

    static func startLogging(_ settings: Settings) throws -> Logger {
        let word = settings.text("log-level", flag: nil) ?? "info"
        guard let level = Logger.Level(rawValue: word) else {
            throw Unusable("log-level must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        LoggingSystem.bootstrap { _ in LineLog(level: level) }
        return Logger(label: "switchboard")
    }

    /// `publicURL` is the public base URL of the site; without it messages have no unsubscribe link.
    static func makeDelivery(
        _ store: Store, catalog: ProviderCatalog, publicURL: String?, logger: Logger
    ) throws -> Delivery {
        let unsubscribe = UnsubscribeLinks(publicURL: publicURL, tokens: store)
        let useCases = Self.useCases(store, catalog: catalog, unsubscribe: unsubscribe)
        let transport = try TransportClient(
            store: store, tokens: store,
            onReceipt: { receipt in
                do {
                    _ = try useCases.perform(ApplyReceipt(receipt), by: .system, at: .now())
                } catch {
                    logger.error("a receipt could not be filed", metadata: ["error": "\(error)"])
                }
            }, logger: logger, catalog: catalog)
        let now = Timestamp.now()
        let lease = try store.beginLease(at: now)
        let loop = DeliveryLoop(
            outbox: store, providers: store, catalog: catalog, transport: transport,
            installation: store.installationID, lease: lease,
            unsubscribe: unsubscribe, digests: Digest.hexes, logger: logger)
        let fanOutWorker = FanOutWorker(store: store, logger: logger) { loop.wake() }
        let delivery = Delivery(
            store: store, catalog: catalog, loop: loop, fanOutWorker: fanOutWorker,
            inboxWorker: InboxWorker(useCases: useCases, logger: logger), lease: lease, logger: logger)
        store.listen { [weak delivery] signal in
            switch signal {
            case .delivery: delivery?.wake()
            case .providers:
                delivery?.reloadProviders()
                delivery?.wake()
            case .inbox: delivery?.wakeInbox()
            }
        }
        return delivery
    }

    static func makeSite(
        _ store: Store, catalog: ProviderCatalog, delivery: Delivery?, meters: Metrics,
        configuration: SiteConfiguration, publicURL: String?, logger: Logger
    ) throws -> Site {
        let unsubscribe = UnsubscribeLinks(publicURL: publicURL, tokens: store)
        let services = Services(
            reading: store, useCases: useCases(store, catalog: catalog, unsubscribe: unsubscribe),
            unsubscribe: unsubscribe, phones: NumberingPlan(), catalog: catalog,
            tester: LiveProviderTester(catalog: catalog), health: { health(of: store, delivery: delivery) },
            metricsText: { meters.text() }, logger: logger)
        return try Site(services: services, configuration: configuration)
    }

    /// Validates the public base URL; an invalid one fails the start.
    static func publicURL(_ settings: Settings, flag: String?) throws -> String? {
        guard let text = settings.text("public-url", flag: flag) else { return nil }
        guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host?.isEmpty == false, ["", "/"].contains(url.path), url.query == nil, url.fragment == nil,
            url.user == nil, text.utf8.allSatisfy({ (33...126).contains($0) && !"<>\"".utf8.contains($0) })
        else {
            throw Unusable("public-url must be like https://console.example.com, without a path, not “\(text)”.")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    private static func health(of store: Store, delivery: Delivery?) -> Health {
        let isWritable = store.isWritable()
        let isRunning = delivery?.isRunning ?? true
        let reasons = [isWritable ? nil : "the store cannot be written", isRunning ? nil : "delivery has stopped"]
        return Health(
            storeWritable: isWritable, loopRunning: isRunning,
            detail: reasons.compactMap { $0 }.joined(separator: "; "))
    }
}
