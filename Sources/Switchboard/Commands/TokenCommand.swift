import ArgumentParser
import Console
import Foundation
import Messaging
import Storage

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Tokens for programs.", subcommands: [Create.self])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Creates a token and prints it once, on standard output.")
        @OptionGroup var place: DataOptions
        @Argument(help: "What it is for.") var name: String
        @Flag(help: "Everything its holder could do as an owner.") var all = false
        @Option(help: "One permission; may be given several times.") var permission: [String] = []

        func validate() throws {
            guard all != !permission.isEmpty else {
                throw ValidationError("Say either --all or --permission, the latter as often as needed.")
            }
        }

        func run() throws {
            let permissions = try all ? Set(Permission.allCases) : Set(permission.map(Self.permission))
            let store = try openStore(place)
            let token = Secrets.randomToken()
            try perform(CreateToken(name: name, hash: Secrets.hash(token), permissions: permissions), in: store)
            print(token)
        }

        private static func permission(_ text: String) throws -> Permission {
            guard let permission = Permission(rawValue: text) else {
                let known = Permission.allCases.map(\.rawValue).joined(separator: "\n  ")
                throw Unusable("There is no permission “\(text)”. There are:\n  \(known)")
            }
            return permission
        }
    }
}
