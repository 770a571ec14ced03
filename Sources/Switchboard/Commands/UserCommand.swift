import ArgumentParser
import Console
import Foundation
import Messaging
import Providers
import Storage

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Manages the users who can sign in.",
        subcommands: [Add.self, List.self, Disable.self, Enable.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a user. Asks for the password, or reads it from standard input.")
        @OptionGroup var place: DataOptions
        @Argument(help: "Email address to sign in with.") var email: String
        @Option(help: "owner, operator, viewer, or a role of your own.") var role: String
        @Option(help: "Name of the user.") var name: String?
        @Option(name: .customLong("time-zone"), help: "An IANA name, e.g. Africa/Johannesburg.") var timeZone = "UTC"

        func run() throws {
            let store = try openStore(place)
            guard let address = try? EmailAddress(email) else { throw Unusable("“\(email)” is not an email address.") }
            guard TimeZone(identifier: timeZone) != nil else { throw Unusable("“\(timeZone)” is not a time zone.") }
            let password = try PasswordPrompt.read()
            if let problem = Passwords.problem(with: password, email: address.normalised) { throw Unusable(problem) }
            do {
                try perform(
                    AddUser(
                        email: address.normalised, name: name ?? "", roleName: role,
                        passwordHash: Passwords.hash(password), timeZone: timeZone), in: store)
            } catch StoreConflict.duplicate {
                throw Unusable("A user with the address \(address.normalised) already exists.")
            } catch StoreConflict.notFound {
                let known = try store.roles().map(\.name).joined(separator: ", ")
                throw Unusable("Unknown role “\(role)”. Choose one of \(known).")
            }
            print("Added \(address.normalised) as \(role).")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the users.")
        @OptionGroup var place: DataOptions

        func run() throws {
            for user in try openStore(place).users() {
                print("\(user.email)\t\(user.role.name)\t\(state(of: user))\t\(user.name)")
            }
        }
    }

    private static func state(of user: User) -> String {
        user.isDisabled ? "disabled" : user.hasPassword ? "active" : "invited"
    }

    struct Disable: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Disables a user: ends their sessions and blocks sign-in.")
        @OptionGroup var place: DataOptions
        @Argument var email: String

        func run() throws {
            let store = try openStore(place)
            guard let found = try store.user(email: email) else { throw Unusable("There is no user “\(email)”.") }
            try perform(DisableUser(found.user), in: store)
            print("Disabled \(found.user.email).")
        }
    }

    struct Enable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Enables a disabled user.")
        @OptionGroup var place: DataOptions
        @Argument var email: String

        func run() throws {
            let store = try openStore(place)
            guard let found = try store.user(email: email) else { throw Unusable("There is no user “\(email)”.") }
            try perform(EnableUser(found.user), in: store)
            print("Enabled \(found.user.email).")
        }
    }
}

/// Opens the store for a command that may run beside a server.
func openStore(_ place: DataOptions) throws -> Store {
    let settings = try Settings(configFile: place.config)
    return try Wiring.openStore(try Folders(settings: settings, dataFlag: place.data).data)
}

/// Prints a line and flushes it at once, for readers of a pipe.
func tell(_ line: String) { StandardStream.output.write(line + "\n") }

/// Performs an action as the command line, with the same audit entry as any other.
@discardableResult
func perform<Act: UseCase>(_ act: Act, in store: Store) throws -> Act.Output {
    try Wiring.useCases(store, catalog: Catalog.all, unsubscribe: nil).perform(act, by: .commandLine, at: .now())
}

/// Reads a password: without echo on a terminal, otherwise from one line of standard input.
enum PasswordPrompt {
    static func read() throws -> String {
        let isTerminal = isatty(STDIN_FILENO) == 1
        var before = termios()
        if isTerminal {
            StandardStream.error.write("Password: ")
            tcgetattr(STDIN_FILENO, &before)
            var quiet = before
            quiet.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
        }
        defer {
            if isTerminal {
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
                StandardStream.error.write("\n")
            }
        }
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw Unusable("No password was given.")
        }
        return line
    }
}
