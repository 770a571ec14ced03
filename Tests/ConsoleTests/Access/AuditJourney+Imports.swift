import Foundation
import HTTPServing
import Messaging
import Testing

@testable import Console

extension AuditJourney {
    static func directoryImport(_ walk: AuditWalk) async throws {
        let text = "external_id,first_name\nm-1,Ada\n"
        try await importing("/app/directory/{kind}/import", at: "/app/directory/members/import", text, walk)
        #expect(try walk.fixture.store.entity(kind: .member, externalID: "m-1")?.firstName == "Ada")
    }

    static func subscriberImport(_ walk: AuditWalk) async throws {
        let channel = try walk.fixture.store.createChannel(name: "News", description: "", at: walk.fixture.now)
        let pattern = "/app/settings/communication-channels/{id}/subscribers/import"
        let path = pattern.replacing("{id}", with: String(channel))
        try await importing(pattern, at: path, "email\nada@example.org\n", walk)
        #expect(try walk.fixture.store.channel(channel)?.subscriberCount == 1)
    }

    static func suppressionImport(_ walk: AuditWalk) async throws {
        let list = "\(settings)/suppressions"
        try await importing("\(list)/import", at: "\(list)/import", "email\nada@example.org\nnobody\n", walk)
        #expect(try walk.fixture.store.suppressions(of: [ada])[ada]?.map(\.source) == [.import])
        let entries = try walk.fixture.audited().prefix(2)
        #expect(entries.map(\.action) == ["import suppressions", "import suppressions"])
        #expect(entries.map(\.detail) == ["done: created 1, updated 0, unchanged 0, rejected 1", "started"])
    }

    /// Uploads a file twice: one is taken whole, the other is stopped while it is read.
    private static func importing(_ pattern: String, at path: String, _ text: String, _ walk: AuditWalk) async throws {
        let (whole, stopped) = (try upload(text, to: path, walk), try upload(text, to: path, walk))
        let first = text.prefix { $0 != "," && $0 != "\n" }
        let columns = [("column_0", "field:\(first)"), ("column_1", first == "email" ? "" : "field:first_name")]
        let pipe = try BlockedUpload(of: stopped, walk.fixture)
        try walk.post("\(pattern)/{job}", at: stopped, columns)
        try walk.post("\(pattern)/{job}/stop", at: "\(stopped)/stop")
        try await pipe.write(text.split(separator: "\n")[0] + "\n")
        #expect(try await walk.fixture.finished(stopped).contains("Stopped."))
        let wakes = walk.fixture.wakeCount
        try walk.post("\(pattern)/{job}", at: whole, columns)
        _ = try await walk.fixture.finished(whole)
        // Delivery is told, to call back what is on its way.
        if pattern.contains("suppressions") { #expect(walk.fixture.wakeCount > wakes) }
    }

    private static func upload(_ text: String, to path: String, _ walk: AuditWalk) throws -> String {
        let sent = try walk.fixture.upload("people.csv", Array(text.utf8), to: path)
        let job = try #require(sent.location)
        _ = walk.fixture.get(job)
        return job
    }
}

/// The uploaded file of an import, which gives nothing away until it is written: an import that was begun runs until then.
private struct BlockedUpload {
    private let path: String

    init(of job: String, _ fixture: SiteFixture) throws {
        let id = try #require(job.split(separator: "/").last)
        path = "\(fixture.temporary.folder)/imports/\(id).upload"
        try FileManager.default.removeItem(atPath: path)
        try #require(mkfifo(path, 0o600) == 0)
    }

    /// Waits until the import reads, and not for ever.
    func write(_ text: some StringProtocol) async throws {
        let end = ContinuousClock.now + .seconds(30)
        var descriptor: Int32 = -1
        while descriptor < 0 {
            descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            guard descriptor < 0 else { break }
            try #require(errno == ENXIO && ContinuousClock.now < end, "nobody reads the upload")
            await Task.yield()
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }
}
