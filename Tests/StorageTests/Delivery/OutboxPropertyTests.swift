import Foundation
import Testing

@testable import Messaging
@testable import Storage

@Suite("Whatever happens, in whatever order")
struct OutboxPropertyTests {
    /// Another number draws other histories; the failure names the one it was.
    static let firstSeed = ProcessInfo.processInfo.environment["SWITCHBOARD_SEED"].flatMap { UInt64($0) } ?? 1
    static let steps = 300

    @Test(
        "nothing is lost, nothing is sent twice, the states follow the table and the books balance",
        arguments: firstSeed..<(firstSeed + 12))
    func holds(seed: UInt64) throws {
        let world = try OutboxWorld(seed: seed)
        for step in 1...Self.steps {
            try world.step()
            if step % 15 == 0 { try world.compare() }
            guard world.problems.isEmpty else {
                Issue.record("SWITCHBOARD_SEED=\(seed), step \(step): \(world.problems)")
                return
            }
        }
        try world.finish()
        #expect(world.problems == [], "SWITCHBOARD_SEED=\(seed)")
        #expect(world.messages.count > 20)
    }
}
