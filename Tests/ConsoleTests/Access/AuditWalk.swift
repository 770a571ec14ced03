import Foundation
import HTTPServing
import Messaging
import Testing

@testable import Console

/// Does things one after the other, and looks after each whether the audit has what the table says.
final class AuditWalk {
    let fixture: SiteFixture
    /// The routes that wrote what they should.
    private(set) var walked: Set<String> = []
    private let token = Secrets.randomToken()

    init(signedIn: Bool) throws {
        fixture = signedIn ? try SiteFixture.signedIn() : try SiteFixture()
        _ = try fixture.store.createToken(
            name: "all", hash: Secrets.hash(token), permissions: Set(Permission.allCases), at: fixture.now)
    }

    /// The id of an in-app message in a member's inbox.
    func keepNotice(for member: String) throws -> Int64 {
        let notice = NoticeTransfer(
            key: "k-1", messageID: 1, reader: RecordAddress(kind: .member, externalID: member), title: "T", text: "t",
            extras: ContentExtras())
        _ = try fixture.store.keep([notice], providerID: 1, at: fixture.now)
        let entity = try #require(try fixture.store.entity(kind: .member, externalID: member)).id
        return try #require(try fixture.store.notices(of: entity, from: .newest, limit: 1).items.first).id
    }

    @discardableResult
    func post(_ path: String, _ form: [(String, String)] = []) throws -> Response { try post(path, at: path, form) }

    /// `writes` false: repeated, it changes nothing and so writes nothing.
    @discardableResult
    func post(
        _ pattern: String, at path: String, _ form: [(String, String)] = [], writes: Bool = true
    ) throws -> Response {
        try look("POST \(pattern)", writes: writes) { fixture.post(path, form) }
    }

    /// A form that is refused changes nothing.
    func refused(_ path: String, _ form: [(String, String)]) throws {
        let (before, entry) = (try StoreContents(fixture.temporary.store), try lastEntry())
        #expect((400..<500).contains(fixture.post(path, form).status), "\(path)")
        #expect(try StoreContents(fixture.temporary.store).differences(from: before) == [], "\(path)")
        #expect(try entries(since: entry).isEmpty, "\(path)")
    }

    @discardableResult
    func call(_ route: String, _ path: String, _ json: String = "") throws -> Response {
        try ask(route, path, json, type: nil)
    }

    /// As `call`, with one object a line.
    @discardableResult
    func lines(_ route: String, _ path: String, _ json: String) throws -> Response {
        try ask(route, path, json, type: "application/x-ndjson")
    }

    private func ask(_ route: String, _ path: String, _ json: String, type: String?) throws -> Response {
        var request = Request(
            HTTPServing.Method(rawValue: String(route.prefix { $0 != " " })), path, json: json,
            headers: Headers([("Authorization", "Bearer \(token)")]))
        if let type { request.headers["Content-Type"] = type }
        return try look(route, writes: true) { [request] in fixture.send(request) }
    }

    /// An act that reads, and is recorded before it does: it does not happen where that fails.
    func read(_ pattern: String, at path: String) throws {
        try look("GET \(pattern)", writes: true) { fixture.get(path) }
    }

    private func lastEntry() throws -> Int64 {
        try fixture.store.audit(AuditFilter(), from: .newest, limit: 1).items.first?.id ?? 0
    }

    private func entries(since last: Int64) throws -> [AuditEntry] {
        try fixture.store.audit(AuditFilter(), from: .before(last), limit: 10).items.map(\.entry)
    }

    @discardableResult
    private func look(_ route: String, writes: Bool, _ act: () -> Response) throws -> Response {
        let expected = try #require(AuditedRoutes.actions[route], "\(route) has no line")
        if writes { try checkAtomic(route, act) }
        let before = try lastEntry()
        let answer = act()
        if writes { #expect(answer.status < 400, "\(route): \(answer.status) \(answer.text.suffix(3000))") }
        let new = try entries(since: before)
        guard writes else {
            #expect(new.isEmpty, "\(route)")
            return answer
        }
        #expect(!new.isEmpty && new.allSatisfy { expected.contains($0.action) }, "\(route)")
        #expect(new.allSatisfy { !$0.actor.isEmpty && $0.actor != "nobody" && !$0.remoteAddress.isEmpty }, "\(route)")
        walked.insert(route)
        return answer
    }

    /// An act whose audit entry cannot be written fails, and nothing of it is there.
    private func checkAtomic(_ route: String, _ act: () -> Response) throws {
        let before = try StoreContents(fixture.temporary.store)
        let answer = try fixture.temporary.withoutAudit(act)
        #expect(answer.status == 500, "\(route) without audit: \(answer.status)")
        let after = try StoreContents(fixture.temporary.store)
        #expect(after.differences(from: before) == [], "\(route) without audit changed something")
    }
}
