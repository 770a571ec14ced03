import ArgumentParser
import Foundation
import Messaging
import Numbering
import Storage

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Imports records, subscribers of a channel or suppressions from a CSV or NDJSON file.",
        discussion: "Rejected rows are written to FILE.rejected.csv, each with its reason.")

    @OptionGroup var place: DataOptions
    @Argument(help: "members, locations, accounts, transactions, subscribers or suppressions.") var kind: String
    @Argument(help: "The file. The first line of a CSV file contains the column names.") var file: String
    @Option(help: "Name or id of the channel to add subscribers to.") var channel: String?

    func run() throws {
        let store = try openStore(place)
        let subject = try subject(store)
        let looked: ImportFile
        do {
            looked = try ImportFile(path: file, name: file, subject: subject)
        } catch let problem as ImportFile.Unusable {
            throw Unusable("\(file): \(problem.description)")
        } catch let problem as UnreadableFile {
            throw Unusable(problem.description)
        }
        if let problem = looked.problem { throw Unusable("\(file): \(problem)") }
        let rejected = file + ".rejected.csv"
        let bar = ProgressBar()
        let result: ImportProgress
        do {
            defer { bar.clear() }
            result = try perform(
                ImportFromFile(
                    looked, at: file, noun: kind, filename: URL(fileURLWithPath: file).lastPathComponent,
                    rejects: RejectedRows(path: rejected, of: looked), report: bar.show), in: store)
        } catch let broken as ImportInterrupted {
            throw Unusable(
                "\(file): \(broken.reason) What was imported by then is kept. Run the command again for the rest: "
                    + "nothing is imported twice.")
        }
        // Checkpoints the write-ahead log of a large import instead of leaving that to the next opener.
        try store.close()
        print(words(subject, result))
        guard result.rejected > 0 else { return }
        print("The rejected rows are in \(rejected), each with its reason in the last column.")
        // Lets scripts detect the failure.
        throw ExitCode(2)
    }

    private func words(_ subject: ImportSubject, _ result: ImportProgress) -> String {
        switch subject {
        case .entities:
            "\(result.rows) rows: \(result.created) created, \(result.updated) updated, \(result.unchanged) unchanged, "
                + "\(result.rejected) rejected."
        case .subscribers:
            "\(result.rows) rows: \(result.created) added, \(result.unchanged) in the channel already, "
                + "\(result.rejected) rejected."
        case .suppressions:
            "\(result.rows) rows: \(result.created) suppressed, \(result.unchanged) suppressed already, "
                + "\(result.rejected) rejected."
        }
    }

    private func subject(_ store: Store) throws -> ImportSubject {
        if kind == "subscribers" || kind == "subscriber" { return .subscribers(channelID: try channelID(store)) }
        if kind == "suppressions" { return .suppressions }
        guard let known = EntityKind(plural: kind) ?? EntityKind(rawValue: kind) else {
            let known = (EntityKind.allCases.map(\.plural) + ["subscribers", "suppressions"]).joined(separator: ", ")
            throw Unusable("“\(kind)” cannot be imported. Choose one of \(known).")
        }
        guard channel == nil else { throw Unusable("--channel can only be used with subscribers.") }
        return .entities(known)
    }

    /// Resolves a channel by name, ignoring case, or by id.
    private func channelID(_ store: Store) throws -> Int64 {
        guard let channel, !channel.isEmpty else {
            throw Unusable("Name the channel: --channel followed by its name or id.")
        }
        let found = try store.channels(matching: channel, from: .newest, limit: 1000).items
            .filter { $0.name.lowercased() == channel.lowercased() }
        if found.count > 1 {
            let ids = found.map { String($0.id) }.joined(separator: ", ")
            throw Unusable("Several channels are called “\(channel)”. Use an id instead: \(ids).")
        }
        if let id = found.first?.id { return id }
        guard let id = Int64(channel), try store.channel(id) != nil else {
            throw Unusable("There is no channel “\(channel)”.")
        }
        return id
    }
}

/// Progress line that overwrites itself on a terminal; silent if standard error is a file or a pipe.
private final class ProgressBar {
    private static let width = 40
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let started = ContinuousClock.now
    private var shown = -1

    func show(_ progress: ImportProgress) {
        guard isTerminal, progress.percent != shown else { return }
        shown = progress.percent
        let full = Self.width * progress.percent / 100
        let bar = String(repeating: "#", count: full) + String(repeating: "-", count: Self.width - full)
        let seconds = max(1, (ContinuousClock.now - started).components.seconds)
        write("\r[\(bar)] \(progress.percent) % · \(progress.rows) rows · \(progress.rows / Int(seconds)) a second ")
    }

    func clear() { if isTerminal, shown >= 0 { write("\r" + String(repeating: " ", count: 100) + "\r") } }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
