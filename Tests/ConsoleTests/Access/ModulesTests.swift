import Foundation
import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Modules")
struct ModulesTests {
    private func switched(_ module: Module, _ turn: String, in trial: ConsoleTrial) -> Response {
        trial.post("/app/settings/modules", [("module", module.rawValue), ("turn", turn)])
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
        let trial = try ConsoleTrial.signedIn()
        #expect(trial.get("/app/settings/communication-channels").status == 200)
        let answer = switched(.channels, "off", in: trial)
        #expect(answer.status == 303)
        #expect(answer.location == "/app/settings/modules")
        for path in [
            "/app/settings/communication-channels", "/app/settings/communication-channels/new",
            "/app/communications/channels", "/api/v1/channels",
        ] {
            #expect(trial.get(path).status == 404, "\(path)")
        }
        let wrappers = trial.get("/app/settings/communication/email-wrappers")
        #expect(wrappers.status == 200)
        #expect(!wrappers.text.contains("communication-channels"))
        _ = switched(.channels, "on", in: trial)
        #expect(trial.get("/app/settings/communication-channels").status == 200)
        #expect(trial.get("/app/settings/communication/email-wrappers").text.contains("communication-channels"))
    }

    @Test("communication switched off takes channels along and leaves the rest")
    func communication() throws {
        let trial = try ConsoleTrial.signedIn()
        _ = switched(.communication, "off", in: trial)
        for path in [
            "/app/communications", "/app/communications/send-logs", "/app/communications/compose/new", "/app/sandbox",
            "/app/settings/communication/mail-servers", "/app/settings/communication-channels", "/api/v1/messages",
        ] {
            #expect(trial.get(path).status == 404, "\(path)")
        }
        for path in ["/app/settings/modules", "/app/directory/members", "/app/account", "/login", "/healthz"] {
            #expect(trial.get(path).status != 404, "\(path)")
        }
        let page = trial.get("/app/settings/modules").text
        #expect(!page.contains("/app/communications"))
        #expect(page.contains("href=\"/app/directory/members\""))
        #expect(page.contains("off as long as Communication is"))
        #expect(trial.get("/").location == "/app/directory/members")
        _ = switched(.communication, "on", in: trial)
        #expect(trial.get("/app/communications/send-logs").status == 200)
    }

    @Test("what another process switched is seen two seconds later")
    func otherProcess() throws {
        let trial = try ConsoleTrial.signedIn()
        #expect(trial.get("/app/sandbox").status == 200)
        try trial.store.setModule(.communication, isOn: false, by: "somebody else", at: trial.now)
        #expect(trial.get("/app/sandbox").status == 200)
        trial.pass(.seconds(2))
        #expect(trial.get("/app/sandbox").status == 404)
    }

    @Test("the page says who switched, and the audit too")
    func told() throws {
        let trial = try ConsoleTrial.signedIn()
        _ = switched(.channels, "off", in: trial)
        #expect(trial.get("/app/settings/modules").text.contains("by ada@example.org"))
        let state = try #require(try trial.store.modules().switches[.channels])
        #expect(!state.isOn)
        #expect(state.changedBy == "ada@example.org")
        #expect(state.changedAt == trial.now)
    }

    @Test("a switch that is none is refused")
    func unreadable() throws {
        let trial = try ConsoleTrial.signedIn()
        #expect(trial.post("/app/settings/modules", [("module", "surveys"), ("turn", "off")]).status == 400)
        #expect(trial.post("/app/settings/modules", [("module", "communication"), ("turn", "")]).status == 400)
        #expect(try trial.store.modules().switches.isEmpty)
    }

    @Test("who may not look at modules sees neither page nor entry")
    func others() throws {
        let trial = try ConsoleTrial.signedIn(as: "operator")
        #expect(trial.get("/app/settings/modules").status == 403)
        #expect(switched(.communication, "off", in: trial).status == 403)
        #expect(!trial.get("/app/account").text.contains("/app/settings/modules"))
    }
}
