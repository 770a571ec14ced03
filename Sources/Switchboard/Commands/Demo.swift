import ArgumentParser
import Messaging

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Fills an empty store with the demo company.")

    @OptionGroup var place: DataOptions

    func run() throws {
        let store = try openStore(place)
        guard try !store.hasUsers() else {
            throw Unusable("This store is in use; the demo company fills only an empty one.")
        }
        try DemoCompany.fill(store, at: .now())
        print("The demo company is in. Sign in as \(DemoCompany.owner) after `switchboard serve --demo`.")
    }
}
