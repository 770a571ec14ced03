import Foundation
import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Modules")
struct ModulesTests {
    private func switched(_ module: Module, _ turn: String, in fixture: SiteFixture) -> Response {
        fixture.post("/app/settings/modules", [("module", module.rawValue), ("turn", turn)])
    }

    @Test(
        "a route's module follows from its path",
        arguments: [
            ("/app/communications/send-logs/{id}", Module.communication), ("/app/sandbox", .communication),
            ("/app/settings/communication", .communication),
            ("/app/settings/communication/mail-servers", .communication),
            ("/app/settings/communication-channels", .channels),
            ("/app/settings/communication-channels/{id}", .channels),
            ("/app/communications/channels", .channels),
            ("/app/communications/bulk/{id}/receivers/channels", .channels),
            ("/app/directory/{kind}/{id}/email", .communication),
            ("/app/directory/{kind}/{id}/sms/count", .communication), ("/api/v1/messages", .communication),
            ("/api/v1/channels/{id}/subscribers", .channels), ("/app/directory/{kind}/{id}", nil),
            ("/api/v1/entities/{kind}", nil), ("/app/settings/modules", nil), ("/app/account", nil), ("/login", nil),
            ("/healthz", nil),
        ] as [(String, Module?)])
    func places(_ pattern: String, _ module: Module?) {
        #expect(Module.of(pattern) == module)
    }

    @Test("channels switched off are gone: pages, calls, tab")
    func channels() throws {
        let fixture = try SiteFixture.signedIn()
        #expect(fixture.get("/app/settings/communication-channels").status == 200)
        let answer = switched(.channels, "off", in: fixture)
        #expect(answer.status == 303)
        #expect(answer.location == "/app/settings/modules")
        for path in [
            "/app/settings/communication-channels", "/app/settings/communication-channels/new",
            "/app/communications/channels", "/api/v1/channels",
        ] {
            #expect(fixture.get(path).status == 404, "\(path)")
        }
        let wrappers = fixture.get("/app/settings/communication/email-wrappers")
        #expect(wrappers.status == 200)
        #expect(!wrappers.text.contains("communication-channels"))
        _ = switched(.channels, "on", in: fixture)
        #expect(fixture.get("/app/settings/communication-channels").status == 200)
        #expect(fixture.get("/app/settings/communication/email-wrappers").text.contains("communication-channels"))
    }

    @Test("communication switched off takes channels along and leaves the rest")
    func communication() throws {
        let fixture = try SiteFixture.signedIn()
        _ = switched(.communication, "off", in: fixture)
        for path in [
            "/app/communications", "/app/communications/send-logs", "/app/communications/compose/new", "/app/sandbox",
            "/app/settings/communication/mail-servers", "/app/settings/communication-channels", "/api/v1/messages",
        ] {
            #expect(fixture.get(path).status == 404, "\(path)")
        }
        for path in ["/app/settings/modules", "/app/directory/members", "/app/account", "/login", "/healthz"] {
            #expect(fixture.get(path).status != 404, "\(path)")
        }
        let page = fixture.get("/app/settings/modules").text
        #expect(!page.contains("/app/communications"))
        #expect(page.contains("href=\"/app/directory/members\""))
        #expect(page.contains("inactive while Communication is off"))
        #expect(fixture.get("/").location == "/app/directory/members")
        _ = switched(.communication, "on", in: fixture)
        #expect(fixture.get("/app/communications/send-logs").status == 200)
    }

    @Test("what another process switched is seen two seconds later")
    func otherProcess() throws {
        let fixture = try SiteFixture.signedIn()
        #expect(fixture.get("/app/sandbox").status == 200)
        try fixture.store.setModule(.communication, isOn: false, by: "somebody else", at: fixture.now)
        #expect(fixture.get("/app/sandbox").status == 200)
        fixture.pass(.seconds(2))
        #expect(fixture.get("/app/sandbox").status == 404)
    }

    @Test("the page says who switched, and the audit too")
    func told() throws {
        let fixture = try SiteFixture.signedIn()
        _ = switched(.channels, "off", in: fixture)
        #expect(fixture.get("/app/settings/modules").text.contains("by ada@example.org"))
        let state = try #require(try fixture.store.modules().switches[.channels])
        #expect(!state.isOn)
        #expect(state.changedBy == "ada@example.org")
        #expect(state.changedAt == fixture.now)
    }

    @Test("a switch that is none is refused")
    func unreadable() throws {
        let fixture = try SiteFixture.signedIn()
        #expect(fixture.post("/app/settings/modules", [("module", "surveys"), ("turn", "off")]).status == 400)
        #expect(fixture.post("/app/settings/modules", [("module", "communication"), ("turn", "")]).status == 400)
        #expect(try fixture.store.modules().switches.isEmpty)
    }

    @Test("who may not look at modules sees neither page nor entry")
    func others() throws {
        let fixture = try SiteFixture.signedIn(as: "operator")
        #expect(fixture.get("/app/settings/modules").status == 403)
        #expect(switched(.communication, "off", in: fixture).status == 403)
        #expect(!fixture.get("/app/account").text.contains("/app/settings/modules"))
    }
}
