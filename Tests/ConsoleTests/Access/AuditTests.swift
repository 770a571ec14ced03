import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("The audit page")
struct AuditTests {
    private func write(_ fixture: SiteFixture, _ count: Int, actor: String, action: String) throws {
        for number in 1...count {
            try fixture.store.record(
                AuditEntry(
                    at: fixture.now, userID: nil, actor: actor, action: action, subject: "thing \(number)",
                    remoteAddress: "192.0.2.7"))
        }
    }

    @Test("an entry says who, what, when and from where")
    func entry() throws {
        let fixture = try SiteFixture.signedIn()
        try write(fixture, 1, actor: "token billing", action: "send email")
        let page = fixture.get("/app/settings/audit").text
        #expect(page.contains("token billing"))
        #expect(page.contains("Send email"))
        #expect(page.contains("thing 1"))
        #expect(page.contains("192.0.2.7"))
        #expect(page.contains("21 Nov 2026, 14:00"))
        #expect(page.contains("Sign in"))
    }

    @Test("filters narrow by actor, action and day, together and apart")
    func filters() throws {
        let fixture = try SiteFixture.signedIn()
        try write(fixture, 1, actor: "bob@example.org", action: "create channel")
        try write(fixture, 1, actor: "bob@example.org", action: "delete channel")
        fixture.pass(.seconds(86400))
        fixture.signIn("ada@example.org")
        try write(fixture, 1, actor: "eve@example.org", action: "create channel")
        func rows(_ query: String) -> Int {
            fixture.get("/app/settings/audit?\(query)").text.components(separatedBy: "class=\"cell-main\"").count - 1
        }
        #expect(rows("actor=bob@example.org") == 2)
        #expect(rows("action=create+channel") == 2)
        #expect(rows("actor=bob@example.org&action=create+channel") == 1)
        #expect(rows("from=2026-11-22") == 2)
        #expect(rows("to=2026-11-21") == 3)
        #expect(rows("from=2026-11-22&to=2026-11-22&actor=bob@example.org") == 0)
        let wrong = fixture.get("/app/settings/audit?from=yesterday").text
        #expect(wrong.contains("A date is written 2026-12-24."))
        let page = fixture.get("/app/settings/audit?actor=bob@example.org").text
        #expect(page.contains("Remove filter Who: bob@example.org"))
        #expect(page.contains("<option value=\"create channel\">Create channel</option>"))
    }

    @Test("pages are walked by key, and keep the filter")
    func pages() throws {
        let fixture = try SiteFixture.signedIn()
        try write(fixture, 120, actor: "bob@example.org", action: "create channel")
        let first = fixture.get("/app/settings/audit?actor=bob@example.org").text
        #expect(first.contains("thing 120<"))
        #expect(!first.contains("thing 70<"))
        let older = try #require(first.firstMatch(of: /rel="next" href="([^"]+)"/)?.output.1)
        #expect(older.contains("actor=bob%40example.org"))
        let second = fixture.get(String(older).replacing("&amp;", with: "&")).text
        #expect(second.contains("thing 70<"))
        #expect(!second.contains("thing 71<"))
    }

    @Test("a send by a program is there with its message, once for a repeated call")
    func sends() throws {
        let api = try APIFixture()
        let json = #"{"delivery_channel":"email","to":{"email":"bob@example.org"},"subject":"Hi","text":"Hi"}"#
        #expect(api.post(json, key: "k").status == 202)
        #expect(api.post(json, key: "k").status == 200)
        let entries = try api.fixture.audited("send email")
        #expect(entries.map(\.actor) == ["token test"])
        #expect(entries.first?.subject == "message 1")
    }

    @Test("only who may read it does")
    func others() throws {
        let fixture = try SiteFixture.signedIn(as: "operator")
        #expect(fixture.get("/app/settings/audit").status == 403)
    }
}
