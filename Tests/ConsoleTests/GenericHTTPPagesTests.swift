import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("A gateway of one's own in the settings")
struct GenericHTTPPagesTests {
    private static let gateways = "/app/settings/communication/sms-gateways"
    private static let form = [
        ("name", "Our gateway"), ("url", "https://gateway.example.org/in"), ("token", "t0ken-of-ours"),
        ("recognises_keys", "true"),
    ]

    @Test("is set up through the form made from its fields, and its token is never shown again")
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

    @Test("is also found under the name its kind had before")
    func formerKind() throws {
        let fixture = try SiteFixture.signedIn()
        #expect(fixture.post(Self.gateways + "?kind=http", Self.form).status == 303)
        #expect(try fixture.store.providers(for: .sms).map(\.kind) == ["generic_http"])
        #expect(fixture.get(Self.gateways + "/new?kind=in-app").status == 404)
    }

    @Test(
        "may not be in a private network unless that is allowed",
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
