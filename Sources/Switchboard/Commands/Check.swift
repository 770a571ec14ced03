import ArgumentParser
import Foundation
import Messaging
import Providers
import Storage

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks the store, the books and the providers. Exits with 0 only if all checks pass.")

    @OptionGroup var place: DataOptions

    func run() throws {
        let store = try openStore(place)
        let catalog = try Wiring.catalog(Settings(configFile: place.config))
        var problems = 0
        func tell(_ isWell: Bool, _ line: String) {
            print("\(isWell ? "ok  " : "FAIL") \(line)")
            if !isWell { problems += 1 }
        }
        let damage = try store.integrityProblems()
        tell(damage.isEmpty, damage.isEmpty ? "the store is sound" : "the store is damaged: \(damage[0])")
        tell(store.isWritable(), "the store can be written")
        let unbalanced = try store.unbalancedBroadcasts()
        tell(
            unbalanced.isEmpty,
            unbalanced.isEmpty
                ? "the books balance"
                : "the books of broadcasts \(unbalanced.map(String.init).joined(separator: ", ")) do not balance")
        for account in try store.providers(for: nil) where account.isEnabled {
            let settings = Result { try catalog.provider(for: account) }
            let words = (try? settings.get()) == nil ? "its settings are not valid" : account.trouble
            tell(words == nil, "provider \(account.id) (\(account.deliveryChannel.title)): \(words ?? "ready")")
        }
        if problems > 0 { throw ExitCode(1) }
    }
}
