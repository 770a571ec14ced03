import ArgumentParser
import Foundation

/// Flags common to all commands.
struct DataOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The folder that holds the store and its key.", valueName: "DIR"))
    var data: String?

    @Option(name: .long, help: ArgumentHelp("Settings as `name = value` lines.", valueName: "FILE"))
    var config: String?
}

/// Start-up error, described in one line.
struct Unusable: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Looks up a setting: a flag, else `SWITCHBOARD_NAME`, else the file named by `--config`.
struct Settings {
    /// Names allowed in the environment and the configuration file.
    static let names: Set<String> = [
        "host", "port", "data", "public-url", "demo", "no-delivery", "trusted-proxies", "name", "log-level", "workers",
        "allow-private-networks",
    ]

    private let environment: [String: String]
    private let file: [String: String]

    init(configFile: String?, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        self.environment = environment
        let path = configFile ?? environment["SWITCHBOARD_CONFIG"]
        file = try path.map(Self.read) ?? [:]
    }

    func text(_ name: String, flag: String?) -> String? {
        let variable = "SWITCHBOARD_" + name.uppercased().replacing("-", with: "_")
        return [flag, environment[variable], file[name]].compactMap { $0 }.first { !$0.isEmpty }
    }

    func number(_ name: String, flag: Int?, in range: ClosedRange<Int>, default fallback: Int) throws -> Int {
        guard let text = text(name, flag: flag.map(String.init)) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw Unusable("\(name) must be a number from \(range.lowerBound) to \(range.upperBound), not “\(text)”.")
        }
        return number
    }

    func isOn(_ name: String, flag: Bool) throws -> Bool {
        if flag { return true }
        guard let text = text(name, flag: nil) else { return false }
        switch text.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off": return false
        default: throw Unusable("\(name) must be true or false, not “\(text)”.")
        }
    }

    private static func read(_ path: String) throws -> [String: String] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Unusable("The configuration file \(path) cannot be read.")
        }
        var values: [String: String] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, names.contains(parts[0]) else {
                throw Unusable("\(path), line \(index + 1): “\(line)” is not a known setting.")
            }
            values[parts[0]] = parts[1]
        }
        return values
    }
}

/// Folders the program reads and writes.
struct Folders {
    /// Location of `Templates/` and `Public/`: `SWITCHBOARD_HOME`, else beside the executable, else the working folder.
    var home: String
    var data: String

    init(settings: Settings, dataFlag: String?, isDemo: Bool = false) throws {
        let environment = ProcessInfo.processInfo.environment
        let working = FileManager.default.currentDirectoryPath
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let candidates = [environment["SWITCHBOARD_HOME"], program, working].compactMap { $0 }
        home = candidates.first { FileManager.default.fileExists(atPath: $0 + "/Templates") } ?? working
        data = settings.text("data", flag: dataFlag) ?? home + (isDemo ? "/data/demo" : "/data")
    }

    func requireSite() throws {
        guard FileManager.default.fileExists(atPath: home + "/Templates") else {
            throw Unusable("Templates/ was not found. Set SWITCHBOARD_HOME to the folder that holds it.")
        }
    }
}
