import ArgumentParser
import Console
import Foundation
import Messaging
import Storage

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Creates API tokens.", subcommands: [Create.self])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Creates a token and prints it once, on standard output.")
        @OptionGroup var place: DataOptions
        @Argument(help: "A name that describes what it is for.") var name: String
        @Flag(help: "Grants all permissions.") var all = false
        @Option(help: "A permission to grant. Can be repeated.") var permission: [String] = []

        func validate() throws {
            guard all != !permission.isEmpty else {
                throw ValidationError("Use either --all or --permission. --permission can be repeated.")
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
                throw Unusable("Unknown permission “\(text)”. Choose from:\n  \(known)")
            }
            return permission
        }
    }
}
