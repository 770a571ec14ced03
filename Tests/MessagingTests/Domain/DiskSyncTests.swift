import Foundation
import Messaging
import Testing

@Suite("Durable files")
struct DiskSyncTests {
    private let folder = NSTemporaryDirectory() + "switchboard-test-\(UUID().uuidString)"

    private func inFolder(_ body: () throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body()
    }

    @Test("A file is created atomically with owner-only permissions, and nothing else remains beside it")
    func makes() throws {
        try inFolder {
            try DiskSync.make(fileAtPath: folder + "/key", of: Array("secret".utf8))
            #expect(FileManager.default.contents(atPath: folder + "/key") == Data("secret".utf8))
            let mode = try FileManager.default.attributesOfItem(atPath: folder + "/key")[.posixPermissions]
            #expect(mode as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["key"])
        }
    }

    @Test("Of concurrent creators one wins, and an existing file is unchanged")
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

    @Test("A failed creation or sync is reported with its path")
    func says() {
        let error = #expect(throws: DiskSync.Failed.self) { try DiskSync.sync(fileAtPath: folder + "/nothing") }
        #expect(error?.description == folder + "/nothing: No such file or directory")
        #expect(throws: DiskSync.Failed.self) { try DiskSync.make(fileAtPath: folder + "/none/key", of: [1]) }
    }
}
