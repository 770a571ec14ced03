import Foundation
import HTTPServing
import Messaging
import Testing

@testable import Console

/// Does things one after the other, and looks after each whether the audit has what the table says.
final class AuditWalk {
    let fixture: SiteFixture
    private let token = Secrets.randomToken()

    init() throws {
        fixture = try SiteFixture.signedIn()
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

    @discardableResult
    func call(_ route: String, _ path: String, _ json: String = "") throws -> Response {
        var request = Request(
            HTTPServing.Method(rawValue: String(route.prefix { $0 != " " })), path, json: json,
            headers: Headers([("Authorization", "Bearer \(token)")]))
        if route.hasSuffix("/entities/{kind}") { request.headers["Content-Type"] = "application/x-ndjson" }
        let asked = request
        return try look(route, writes: true) { fixture.send(asked) }
    }

    /// An act that reads, and is recorded before it does: it does not happen where that fails.
    func read(_ path: String, writes action: String) throws {
        try checkAtomic("GET \(path)") { fixture.get(path) }
        let before = try lastEntry()
        #expect(fixture.get(path).status == 200, "\(path)")
        #expect(try entries(since: before).map(\.action) == [action], "\(path)")
    }

    private func lastEntry() throws -> Int64 {
        try fixture.store.audit(AuditFilter(), from: .newest, limit: 1).items.first?.id ?? 0
    }

    private func entries(since last: Int64) throws -> [AuditEntry] {
        try fixture.store.audit(AuditFilter(), from: .before(last), limit: 10).items.map(\.entry)
    }

    private func look(_ route: String, writes: Bool, _ act: () -> Response) throws -> Response {
        let expected = try #require(AuditedRoutesTests.table[route], "\(route) has no line")
        if writes { try checkAtomic(route, act) }
        let before = try lastEntry()
        let answer = act()
        if writes { #expect(answer.status < 400, "\(route): \(answer.status) \(answer.text.suffix(3000))") }
        let new = try entries(since: before)
        guard writes else {
            #expect(new.isEmpty, "\(route)")
            return answer
        }
        #expect(new.contains { expected.components(separatedBy: " or ").contains($0.action) }, "\(route)")
        #expect(new.allSatisfy { !$0.actor.isEmpty && $0.actor != "nobody" && !$0.remoteAddress.isEmpty }, "\(route)")
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
