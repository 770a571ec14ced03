import ArgumentParser

@main
struct SwitchboardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switchboard",
        abstract: "Self-hosted communications console for email, SMS, WhatsApp and push.",
        subcommands: [
            Serve.self, Deliver.self, UserCommand.self, TokenCommand.self, Check.self, Demo.self, ImportCommand.self,
        ])
}
