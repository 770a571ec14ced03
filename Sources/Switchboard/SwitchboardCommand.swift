import ArgumentParser

@main
struct SwitchboardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switchboard",
        abstract: "Tell your members something once, correctly, and be able to prove it.",
        subcommands: [
            Serve.self, Deliver.self, UserCommand.self, TokenCommand.self, Check.self, Demo.self, ImportCommand.self,
        ])
}
