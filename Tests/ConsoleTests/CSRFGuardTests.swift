import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("CSRF protection")
struct CSRFGuardTests {
    private let change = [("name", "Mallory"), ("time_zone", "UTC")]

    private func isUnchanged(_ fixture: SiteFixture) throws -> Bool {
        try fixture.store.users().map(\.name) == ["Ada Lovelace"]
    }

    @Test("A POST without a token changes nothing and reports it")
    func missing() throws {
        let fixture = try SiteFixture.signedIn()
        let refused = fixture.send(Request(.post, "/app/account", form: change))
        #expect(refused.status == 403)
        #expect(refused.text.contains("what you typed is still there"))
        #expect(try isUnchanged(fixture))
    }

    @Test("A token of another session is rejected")
    func foreignToken() throws {
        let fixture = try SiteFixture.signedIn()
        let form = change + [("csrf", Secrets.randomToken())]
        #expect(fixture.send(Request(.post, "/app/account", form: form)).status == 403)
        #expect(try isUnchanged(fixture))
    }

    @Test(
        "A cross-origin request is rejected even with a valid token",
        arguments: [
            ("Origin", "https://evil.example"), ("Origin", "null"), ("Origin", "http://console.test.evil.example"),
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
        ])
    func foreignOrigin(_ header: (String, String)) throws {
        let fixture = try SiteFixture.signedIn()
        let refused = fixture.post("/app/account", change, headers: [("Host", "console.test"), header])
        #expect(refused.status == 403)
        #expect(refused.text.contains("This request came from another site"))
        #expect(try isUnchanged(fixture))
    }

    @Test("A same-origin request passes with the token in a field or a header")
    func own() throws {
        let fixture = try SiteFixture.signedIn()
        let headers = [("Host", "console.test"), ("Origin", "http://console.test"), ("Sec-Fetch-Site", "same-origin")]
        #expect(fixture.post("/app/account", change, headers: headers).status == 303)
        let request = Request(
            .post, "/app/account", form: change, headers: Headers(headers + [("X-CSRF-Token", fixture.csrf)]))
        #expect(fixture.send(request).status == 303)
    }

    @Test("Behind a proxy the origin of the public URL is accepted")
    func publicOrigin() throws {
        let fixture = try SiteFixture.signedIn(publicURL: "https://console.example.org")
        let headers = [("Host", "10.0.0.7:8080"), ("Origin", "https://console.example.org")]
        #expect(fixture.post("/app/account", change, headers: headers).status == 303)
    }

    @Test("The sign-in form has a token of its own")
    func guest() throws {
        let fixture = try SiteFixture()
        try fixture.addUser()
        let form = [("email", "ada@example.org"), ("password", SiteFixture.password)]
        #expect(fixture.send(Request(.post, "/login", form: form)).status == 403)
        _ = fixture.get("/login")
        #expect(fixture.post("/login", form).status == 303)
    }

    @Test("A script without a session gets an error instead of a redirect to the sign-in page")
    func scripts() throws {
        let fixture = try SiteFixture()
        let part = fixture.get(
            "/app/communications/send-logs",
            headers: [("HX-Request", "true"), ("HX-Current-URL", "http://x/app/communications/send-logs?q=ada")])
        #expect(part.status == 401)
        #expect(part.headers["HX-Redirect"] == "/login?next=%2Fapp%2Fcommunications%2Fsend-logs%3Fq%3Dada")
        let json = fixture.get("/app/communications/send-logs", headers: [("Accept", "application/json")])
        #expect(json.status == 401)
        #expect(json.headers["Content-Type"] == "application/problem+json")
    }
}
