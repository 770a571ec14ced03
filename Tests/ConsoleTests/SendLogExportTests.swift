import HTTPServing
import Messaging
import Synchronization
import Testing

@testable import Console

@Suite("Send log export")
struct SendLogExportTests {
    private static let path = "/app/communications/send-logs/export.csv"

    private func send(_ fixture: SiteFixture, _ number: Int, name: String = "Ada") throws {
        let receiver = Receiver(firstName: name, email: "a\(number)@example.org", origin: .api)
        let content = Content(deliveryChannel: .email, subject: "Hello \(number)", text: "x")
        _ = try fixture.store.accept(SingleMessage(origin: .api, content: content, receiver: receiver), at: fixture.now)
    }

    private func stream(_ response: Response) throws -> @Sendable () throws -> [UInt8]? {
        guard case .stream(let next) = response.body else { throw Failure.notFound }
        return next
    }

    private func whole(_ response: Response) throws -> String {
        let next = try stream(response)
        var bytes: [UInt8] = []
        while let piece = try next() { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("The filtered log is exported with every column and without executable formulas")
    func columns() throws {
        let fixture = try SiteFixture.signedIn()
        try send(fixture, 1)
        try send(fixture, 2, name: "=HYPERLINK(\"http://x\",\"y\")")
        let response = fixture.get("\(Self.path)?q=a2@example.org")
        #expect(response.headers["Content-Disposition"] == "attachment; filename=\"send-logs-2026-11-21.csv\"")
        #expect(response.headers["Content-Type"] == "text/csv; charset=utf-8")
        let lines = try whole(response).split(separator: "\r\n")
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("id,status,channel,direction,created,due,sent,delivered,recipient,address,subject"))
        #expect(lines[0].split(separator: ",").count == SendLogExport.columns.count)
        #expect(lines[1].contains(",pending,email,outbound,2026-11-21T12:00:00.000Z,"))
        #expect(lines[1].contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""))
        #expect(lines[1].contains(",a2@example.org,Hello 2,"))
    }

    @Test("An invalid filter is rejected instead of exporting everything")
    func badFilter() throws {
        let fixture = try SiteFixture.signedIn()
        try send(fixture, 1)
        #expect(fixture.get("\(Self.path)?from=yesterday").status == 400)
        #expect(fixture.get("\(Self.path)?entity=member:nobody").status == 400)
    }

    @Test("A long log is streamed page by page, and reading stops when the client disconnects")
    func pages() throws {
        let fixture = try SiteFixture.signedIn()
        let rows = 2 * SendLogExport.pageSize + 1
        for number in 0..<rows { try send(fixture, number) }
        let log = CountingLog(fixture.store)
        var export: SendLogExport? = SendLogExport(log, filter: MessageFilter())
        weak let held = export
        let head = try export?.next()
        #expect(head.map { String(decoding: $0, as: UTF8.self) }?.hasPrefix("id,") == true)
        #expect(log.pages == 0)
        #expect(try lineCount(export?.next()) == SendLogExport.pageSize)
        #expect(log.pages == 1)
        // No transaction is open between pages: messages can be written meanwhile, and are not exported.
        try send(fixture, rows)
        #expect(try lineCount(export?.next()) == SendLogExport.pageSize)
        #expect(log.pages == 2)
        #expect(try lineCount(export?.next()) == 1)
        #expect(try export?.next() == nil)
        #expect(log.pages == 3)
        export = nil
        #expect(held == nil)
    }

    @Test("An export is recorded in the audit log with its filter")
    func audited() throws {
        let fixture = try SiteFixture.signedIn()
        try send(fixture, 1)
        _ = fixture.get("\(Self.path)?status=pending")
        let entries = try fixture.store.audit(AuditFilter(action: "export send logs"), from: .newest, limit: 5).items
        #expect(entries.map(\.entry.subject) == ["status=pending"])
        #expect(entries.first?.entry.actor == "ada@example.org")
    }

    private func lineCount(_ piece: [UInt8]?) -> Int { piece?.count { $0 == 0x0A } ?? -1 }
}

/// The store's log, counting page reads.
private final class CountingLog: MessageStore {
    private let store: any MessageStore
    private let count = Mutex(0)
    var pages: Int { count.withLock { $0 } }

    init(_ store: any MessageStore) { self.store = store }

    func messages(_ filter: MessageFilter, from start: PageStart, limit: Int) throws -> Page<MessageRow> {
        count.withLock { $0 += 1 }
        return try store.messages(filter, from: start, limit: limit)
    }
    func message(_ id: Int64) throws -> MessageDetails? { try store.message(id) }
    func apply(_ event: MessageEvent, to id: Int64, by user: Int64?, at: Timestamp) throws -> MessageStatus {
        try store.apply(event, to: id, by: user, at: at)
    }
    func inDoubt() throws -> Int { try store.inDoubt() }
    func overview(at: Timestamp) throws -> OutboxOverview { try store.overview(at: at) }
    func labels(of broadcasts: Set<Int64>) throws -> [Int64: BroadcastLabel] { try store.labels(of: broadcasts) }
    func latestBroadcasts(limit: Int) throws -> [BroadcastLabel] { try store.latestBroadcasts(limit: limit) }
    func savedFilters(for user: Int64) throws -> [SavedFilter] { try store.savedFilters(for: user) }
    func savedFilter(_ id: Int64) throws -> SavedFilter? { try store.savedFilter(id) }
    func saveFilter(name: String, query: String, isShared: Bool, by user: Int64, at: Timestamp) throws -> Int64 {
        try store.saveFilter(name: name, query: query, isShared: isShared, by: user, at: at)
    }
    func updateSavedFilter(_ id: Int64, name: String, isShared: Bool) throws {
        try store.updateSavedFilter(id, name: name, isShared: isShared)
    }
    func deleteSavedFilter(_ id: Int64) throws { try store.deleteSavedFilter(id) }
}
