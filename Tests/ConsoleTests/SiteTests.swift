import Foundation
import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Site")
struct SiteTests {
    @Test("Every response has the security headers")
    func headers() throws {
        let fixture = try SiteFixture.signedIn()
        for path in ["/app/account", "/login", "/no/such/page", "/healthz", "/favicon.svg", "/api/v1/nothing"] {
            let headers = fixture.get(path).headers
            #expect(headers["Content-Security-Policy"]?.hasPrefix("default-src 'none'") == true, "\(path)")
            #expect(headers["X-Content-Type-Options"] == "nosniff", "\(path)")
            #expect(headers["Referrer-Policy"] == "same-origin", "\(path)")
            #expect(headers["Cross-Origin-Opener-Policy"] == "same-origin", "\(path)")
            #expect(headers["Strict-Transport-Security"] == nil, "\(path)")
        }
        let page = fixture.get("/app/account").headers
        #expect(page["Cache-Control"] == "no-store")
        #expect(
            page["Content-Security-Policy"]
                == "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
                + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
    }

    @Test("No page has inline scripts or styles", arguments: ["/app/account", "/app/communications/overview"])
    func inline(_ path: String) throws {
        let text = try SiteFixture.signedIn().get(path).text
        #expect(!text.contains("<style"))
        #expect(!text.contains(" style="))
        #expect(text.firstMatch(of: /\son[a-z]+="/) == nil)
        #expect(text.firstMatch(of: /<script(?![^>]* src=)/) == nil)
    }

    @Test("Unknown paths and unsupported methods are reported")
    func missing() throws {
        let fixture = try SiteFixture.signedIn()
        let lost = fixture.get("/app/nowhere")
        #expect(lost.status == 404)
        #expect(lost.text.contains("Page not found"))
        let wrong = fixture.send(Request(.delete, "/app/account"))
        #expect(wrong.status == 405)
        #expect(wrong.headers["Allow"] == "GET, HEAD, POST")
        let api = fixture.get("/api/v1/nothing")
        #expect(api.status == 404)
        #expect(api.headers["Content-Type"] == "application/problem+json")
    }

    @Test("Guests can reach only the public routes")
    func guests() throws {
        let fixture = try SiteFixture()
        let closed = Routes.all.filter { $0.face == .page && $0.access != .open }
        #expect(closed.count > 50)
        for route in closed {
            let path = route.pattern.replacing(/{[^}]+}/, with: "1")
            let answer = fixture.send(Request(route.method, path))
            #expect(answer.status == 303, "\(route.method) \(path)")
            #expect(answer.location?.hasPrefix("/login") == true, "\(route.method) \(path)")
        }
        #expect(
            Set(Routes.all.filter { $0.access == .open && $0.face == .page }.map(\.pattern)) == [
                "/login", "/logout", "/setup/{token}", "/theme",
            ])
    }

    @Test("The route of a hidden button is refused", arguments: Role.builtIn.map(\.name))
    func oneRule(_ role: String) throws {
        let fixture = try SiteFixture.signedIn(as: role)
        let permissions = try #require(try fixture.store.users().first).role.permissions
        for route in Routes.all where route.face == .page && route.method == .get {
            let path = route.pattern.replacing("{id}", with: "999999").replacing("{token}", with: "t")
            guard case .any(let needed) = route.access, !path.contains("{") else { continue }
            let status = fixture.get(path).status
            #expect((status == 403) == permissions.isDisjoint(with: needed), "\(path)")
        }
        let menu = fixture.get("/app/account").text
        #expect(menu.contains("href=\"/app/settings/communication/mail-servers\"") == (role == "owner"))
        #expect(menu.contains("href=\"/app/communications/send-logs\""))
    }

    @Test("A refusal names the permission")
    func forbidden() throws {
        let page = try SiteFixture.signedIn(as: "viewer").get("/app/settings/communication/mail-servers")
        #expect(page.status == 403)
        #expect(page.text.contains("communication:mail_servers:read:all"))
    }

    @Test(
        "Entry routes redirect",
        arguments: [
            ("/", "/app/communications/send-logs"), ("/app", "/app/communications/send-logs"),
            ("/app/communications", "/app/communications/send-logs"),
            ("/app/settings", "/app/settings/communication/mail-servers"),
            ("/app/communications/channels", "/app/settings/communication-channels"),
            ("/app/communications/channels/7", "/app/settings/communication-channels/7"),
        ])
    func redirects(_ path: String, _ target: String) throws {
        #expect(try SiteFixture.signedIn().get(path).location == target)
    }

    @Test("Each request has one log line without addresses, queries or secrets")
    func log() throws {
        let fixture = try SiteFixture.signedIn()
        _ = fixture.get("/app/communications/send-logs?q=ada@example.org")
        let line = try #require(fixture.log.lines.last { $0.contains(" request ") })
        #expect(line.contains("route=/app/communications/send-logs"))
        #expect(line.contains("status=200"))
        let all = fixture.log.lines.joined(separator: "\n")
        for secret in ["ada@example.org", "127.0.0.1", SiteFixture.password, fixture.csrf] {
            #expect(!all.contains(secret))
        }
    }

    @Test("Health checks need no sign-in")
    func probes() throws {
        #expect(try SiteFixture().get("/healthz").status == 200)
        #expect(try SiteFixture().get("/readyz").status == 200)
        let sick = try SiteFixture(health: Health(storeWritable: false, loopRunning: true, detail: "disk full"))
        #expect(sick.get("/readyz").status == 503)
        #expect(sick.get("/readyz").text.contains("store: not writable"))
        #expect(sick.get("/healthz").status == 200)
    }

    @Test("Metrics require the local machine or a token")
    func metrics() throws {
        let fixture = try SiteFixture()
        #expect(fixture.get("/metrics").text == "up 1\n")
        var stranger = Request(.get, "/metrics")
        stranger.remoteAddress = "203.0.113.9"
        #expect(fixture.send(stranger).status == 401)
        #expect(fixture.get("/metrics", headers: [("X-Forwarded-For", "203.0.113.9")]).status == 401)
        let token = Secrets.randomToken()
        _ = try fixture.store.createToken(
            name: "prometheus", hash: Secrets.hash(token), permissions: [], at: fixture.now)
        stranger.headers["Authorization"] = "Bearer \(token)"
        #expect(fixture.send(stranger).status == 200)
        stranger.headers["Authorization"] = "Bearer \(token)x"
        #expect(fixture.send(stranger).status == 401)
    }

    @Test("A file with its fingerprint is cached indefinitely, others are revalidated")
    func files() throws {
        let fixture = try SiteFixture()
        let page = fixture.get("/login").text
        let link = try #require(page.firstMatch(of: /href="(\/css\/app\.css\?v=[^"]+)"/)).1
        #expect(fixture.get(String(link)).headers["Cache-Control"] == "public, max-age=31536000, immutable")
        let plain = fixture.get("/css/app.css")
        #expect(plain.headers["Cache-Control"] == "no-cache")
        let tag = try #require(plain.headers["ETag"])
        #expect(fixture.get("/css/app.css", headers: [("If-None-Match", tag)]).status == 304)
        #expect(fixture.get("/css/../../Package.swift").status == 404)
    }

    @Test("A cached file is found only by its exact URL")
    func fixedAnswers() throws {
        let fixture = try SiteFixture(logLevel: .info)
        let page = fixture.get("/login").text
        let link = String(try #require(page.firstMatch(of: /href="(\/css\/app\.css\?v=[^"]+)"/)).1)
        #expect(fixture.site.fixedResponse(to: link) == nil)
        for target in ["/css/app.css?v=old", "/css/%61pp.css", "/css/app.css?x=1", "/css/none.css", "/login", link] {
            _ = fixture.get(target)
            #expect((fixture.site.fixedResponse(to: target) != nil) == (target == link), "\(target)")
        }
        #expect(fixture.site.fixedResponse(to: "/css/app.css") == nil)
        _ = fixture.get("/css/app.css")
        #expect(fixture.site.fixedResponse(to: "/css/app.css") != nil)
    }

    @Test("The theme is stored in a cookie that the page's script can read")
    func theme() throws {
        let fixture = try SiteFixture.signedIn()
        let answer = fixture.post("/theme", [("theme", "dark"), ("back", "/app/account")])
        #expect(answer.location == "/app/account")
        #expect(answer.headers["Set-Cookie"]?.contains("HttpOnly") == false)
        #expect(fixture.get("/app/account").text.contains("data-theme=\"dark\""))
    }

    @Test("A flash message is shown once")
    func flash() throws {
        let fixture = try SiteFixture.signedIn()
        _ = fixture.post("/app/account", [("name", "Ada <b>"), ("time_zone", "Europe/London")])
        #expect(fixture.get("/app/account").text.contains("flash--success"))
        let again = fixture.get("/app/account").text
        #expect(!again.contains("flash--success"))
        #expect(again.contains("Ada &lt;b&gt;"))
    }

    @Test("The body limit depends on the route")
    func bodies() throws {
        let fixture = try SiteFixture()
        let site = fixture.site
        #expect(site.bodyLimit(for: RequestHead(method: .post, path: "/login")) == 16 * 1024)
        #expect(site.bodyLimit(for: RequestHead(method: .post, path: "/app/account")) == 1024 * 1024)
        #expect(site.bodyLimit(for: RequestHead(method: .post, path: "/nowhere")) == 64 * 1024)
        let head = RequestHead(method: .post, path: "/login")
        let refusal = site.refusal(head, status: 413, message: "The body is longer than 16 KB.")
        #expect(refusal.status == 413)
        #expect(refusal.text.contains("The body is longer than 16 KB."))
        #expect(refusal.headers["Content-Security-Policy"] != nil)
        #expect(fixture.log.lines.contains { $0.contains("status=413") })
    }

    @Test("An unreadable form is rejected before its handler")
    func bodyProblem() throws {
        let fixture = try SiteFixture.signedIn()
        var request = Request(
            .post, "/app/account", form: [("csrf", fixture.csrf), ("name", "x"), ("time_zone", "UTC")])
        request.bodyProblem = .invalidUTF8
        #expect(fixture.send(request).status == 400)
        #expect(try fixture.store.users().first?.name == "Ada Lovelace")
    }
}

@Suite("Error responses")
struct FailureTests {
    @Test(
        "Domain errors map to their status",
        arguments: [
            (StoreConflict.notFound as any Error, 404), (StoreConflict.state("sent"), 409),
            (StoreConflict.version(3), 409),
            (StoreConflict.duplicate("name"), 409), (StoreUnavailable(isFull: true, detail: ""), 507),
            (StoreUnavailable(isFull: false, detail: ""), 503), (InvalidSettings(["host": "Required."]), 422),
            (BodyProblem.containsNUL, 400), (CancellationError(), 500),
        ])
    func statuses(_ error: any Error, _ status: Int) {
        #expect(Failure(error).status == status)
    }

    @Test("An unexpected error shows only its reference number")
    func unexpected() {
        let failure = Failure(Secret())
        #expect(failure.isUnexpected)
        #expect(!"\(failure.title) \(failure.detail)".contains("hunter2"))
    }

    private struct Secret: Error, CustomStringConvertible {
        var description: String { "password hunter2" }
    }
}
