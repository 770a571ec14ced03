import Testing

@testable import Switchboard

@Suite("Crash simulation")
struct SuddenDeathTests {
    @Test(
        "The crash is before or after a commit, counted from 1",
        arguments: ["", "17", "during:17", "before:0", "after:x", "a:b:c"])
    func nonsense(text: String) { #expect(throws: Unusable.self) { try SuddenDeath(text) } }

    @Test("The crash does not come early")
    func early() throws {
        for text in ["before:3", "after:3"] {
            let death = try SuddenDeath(text)
            for _ in 0..<2 {
                death.beforeCommit()
                death.afterCommit()
            }
        }
    }
}
