import Foundation
import Messaging
import Testing

@Suite("Files that outlast a loss of power")
struct DiskSyncTests {
    private let folder = NSTemporaryDirectory() + "switchboard-test-\(UUID().uuidString)"

    private func inFolder(_ body: () throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body()
    }

    @Test("a file is made whole, for its owner alone, and nothing else stays beside it")
    func makes() throws {
        try inFolder {
            try DiskSync.make(fileAtPath: folder + "/key", of: Array("secret".utf8))
            #expect(FileManager.default.contents(atPath: folder + "/key") == Data("secret".utf8))
            let mode = try FileManager.default.attributesOfItem(atPath: folder + "/key")[.posixPermissions]
            #expect(mode as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["key"])
        }
    }

    @Test("of several that make the same file one wins, and a file that is there stays as it is")
    func leavesAlone() throws {
        try inFolder {
            DispatchQueue.concurrentPerform(iterations: 8) { number in
                #expect(throws: Never.self) {
                    try DiskSync.make(fileAtPath: folder + "/key", of: [UInt8](repeating: UInt8(number), count: 32))
                }
            }
            let first = try #require(FileManager.default.contents(atPath: folder + "/key"))
            #expect(first.count == 32 && Set(first).count == 1)
            try DiskSync.make(fileAtPath: folder + "/key", of: [9])
            #expect(FileManager.default.contents(atPath: folder + "/key") == first)
        }
    }

    @Test("what cannot be made or synced is said with its path")
    func says() {
        let error = #expect(throws: DiskSync.Failed.self) { try DiskSync.sync(fileAtPath: folder + "/nothing") }
        #expect(error?.description == folder + "/nothing: No such file or directory")
        #expect(throws: DiskSync.Failed.self) { try DiskSync.make(fileAtPath: folder + "/none/key", of: [1]) }
    }
}
