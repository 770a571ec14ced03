import ArgumentParser
import Foundation
import Messaging
import Storage

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Takes a CSV or NDJSON file into the directory; rows that do not hold go to FILE.rejected.csv.")

    @OptionGroup var place: DataOptions
    @Argument(help: "members, locations, accounts or transactions.") var kind: String
    @Argument(help: "The file. A CSV file names its columns in the first line.") var file: String

    func run() throws {
        guard let kind = EntityKind(plural: kind) ?? EntityKind(rawValue: kind) else {
            let known = EntityKind.allCases.map(\.plural).joined(separator: ", ")
            throw Unusable("“\(kind)” cannot be imported. There are: \(known).")
        }
        let looked: EntityFile
        do {
            looked = try EntityFile(path: file, name: file, kind: kind)
        } catch let problem as EntityFile.Unusable {
            throw Unusable("\(file): \(problem.description)")
        } catch let problem as UnreadableFile {
            throw Unusable(problem.description)
        }
        if looked.format != .ndjson, let problem = looked.mapping.problem { throw Unusable("\(file): \(problem)") }
        let store = try openStore(place)
        let rejected = file + ".rejected.csv"
        var work = EntityImport(looked, into: store, rejectedPath: rejected)
        let bar = ProgressBar()
        let result = try work.run { progress in
            bar.show(progress)
            return true
        }
        bar.clear()
        try record(store, "import \(kind.plural)", URL(fileURLWithPath: file).lastPathComponent)
        print(
            "\(result.rows) rows: \(result.created) created, \(result.updated) updated, \(result.unchanged) unchanged, "
                + "\(result.rejected) rejected.")
        guard result.rejected > 0 else { return }
        print("The rejected rows are in \(rejected), each with its reason in the last column.")
        // A script must notice.
        throw ExitCode(2)
    }
}

/// One line on a terminal that is written over; nothing where standard error is a file or a pipe.
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
