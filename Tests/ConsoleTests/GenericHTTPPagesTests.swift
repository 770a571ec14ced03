import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Custom gateway settings")
struct GenericHTTPPagesTests {
    private static let gateways = "/app/settings/communication/sms-gateways"
    private static let form = [
        ("name", "Our gateway"), ("url", "https://gateway.example.org/in"), ("token", "t0ken-of-ours"),
        ("recognises_keys", "true"),
    ]

    @Test("A gateway is set up through its generated form, and its token is never shown again")
    func create() throws {
        let fixture = try SiteFixture.signedIn()
        let created = fixture.post(Self.gateways + "?kind=generic_http", Self.form)
        #expect(created.status == 303, "\(created.text)")
        let account = try #require(try fixture.store.providers(for: .sms).first)
        #expect(account.settings["token"] == "t0ken-of-ours")
        let page = fixture.get("\(Self.gateways)/\(account.id)").text
        #expect(page.contains("The gateway recognises Idempotency-Key"))
        #expect(!page.contains("t0ken-of-ours"))
        #expect(fixture.get(Self.gateways).text.contains("Your own gateway (HTTP)"))
        #expect(account.kind == "generic_http")
    }

    @Test("A gateway is also found by the former name of its kind")
    func formerKind() throws {
        let fixture = try SiteFixture.signedIn()
        #expect(fixture.post(Self.gateways + "?kind=http", Self.form).status == 303)
        #expect(try fixture.store.providers(for: .sms).map(\.kind) == ["generic_http"])
        #expect(fixture.get(Self.gateways + "/new?kind=in-app").status == 404)
    }

    @Test(
        "A private network address is rejected unless allowed",
        arguments: ["http://127.0.0.1:9000/", "https://192.168.1.20/in", "https://localhost/", "https://[::1]/"])
    func privateNetwork(url: String) throws {
        let fixture = try SiteFixture.signedIn()
        let page = fixture.post(
            Self.gateways + "?kind=generic_http", Self.form.map { $0.0 == "url" ? ("url", url) : $0 })
        #expect(page.status == 422)
        #expect(page.text.contains("id=\"f-url-error\""))
        #expect(page.text.contains("leads into a private network"))
        #expect(page.text.contains("value=\"\(url)\""))
        #expect(try fixture.store.providers(for: nil).isEmpty)
    }
}
