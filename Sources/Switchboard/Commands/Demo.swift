import ArgumentParser
import Messaging

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Fills an empty store with the demo company.")

    @OptionGroup var place: DataOptions

    func run() throws {
        let store = try openStore(place)
        guard try !store.hasUsers() else {
            throw Unusable("This store is not empty. The demo company can only be added to an empty store.")
        }
        try DemoCompany.fill(store, at: .now())
        print("Demo company added. Sign in as \(DemoCompany.owner) after `switchboard serve --demo`.")
    }
}
