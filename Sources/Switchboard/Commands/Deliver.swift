import ArgumentParser
import Foundation
import Messaging
import Storage

struct Deliver: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs delivery without the site and the API.")

    @OptionGroup var place: DataOptions
    @Option(
        name: .customLong("public-url"),
        help: "Public URL of the site, for example https://console.example.com. Used in unsubscribe links.")
    var publicURL: String?

    func run() throws {
        let settings = try Settings(configFile: place.config)
        let folders = try Folders(settings: settings, dataFlag: place.data)
        Memory.prepare()
        Shutdown.prepare()
        let logger = try Wiring.startLogging(settings)
        let store = try Wiring.openStore(folders.data)
        let lock = try DeliveryLock(folder: folders.data)
        let delivery = try Wiring.makeDelivery(
            store, catalog: Wiring.catalog(settings), publicURL: Wiring.publicURL(settings, flag: publicURL),
            logger: logger)
        try delivery.start()
        tell("Switchboard delivers from \(folders.data)")
        Shutdown.wait()
        logger.notice("stopping")
        delivery.stop()
        try store.close()
        withExtendedLifetime(lock) {}
    }
}
