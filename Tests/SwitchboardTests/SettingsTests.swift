import Foundation
import Testing

@testable import Switchboard

@Suite("Settings")
struct SettingsTests {
    private func configuration(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "settings-\(UUID().uuidString)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test("Flags override the environment, which overrides the file")
    func order() throws {
        let path = try configuration("# where\nport = 1\nhost = ::1\nname = Club\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let settings = try Settings(configFile: path, environment: ["SWITCHBOARD_PORT": "2", "SWITCHBOARD_HOST": "h"])
        #expect(try settings.number("port", flag: 3, in: 0...9, default: 0) == 3)
        #expect(settings.text("host", flag: nil) == "h")
        #expect(settings.text("name", flag: nil) == "Club")
        #expect(try settings.number("workers", flag: nil, in: 1...9, default: 7) == 7)
    }

    @Test("An invalid line is reported with its number")
    func unknownLine() throws {
        let path = try configuration("port = 1\nprot = 2\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: Unusable.self) { try Settings(configFile: path, environment: [:]) }
        #expect(error?.description.contains("line 2") == true)
    }

    @Test(
        "Numbers out of range and invalid switch values are refused", arguments: ["70000", "abc", "-1"])
    func ranges(text: String) throws {
        let settings = try Settings(configFile: nil, environment: ["SWITCHBOARD_PORT": text, "SWITCHBOARD_DEMO": text])
        #expect(throws: Unusable.self) { try settings.number("port", flag: nil, in: 0...65535, default: 0) }
        #expect(throws: Unusable.self) { try settings.isOn("demo", flag: false) }
    }
}
