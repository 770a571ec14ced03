import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Providers")
struct ProviderPagesTests {
    private static let servers = "/app/settings/communication/mail-servers"
    private static let form = [
        ("name", "Office mail"), ("host", "mail.example.org"), ("port", "587"),
        ("tls", "starttls"), ("username", "ada"), ("password", "hunter2secret"), ("from_address", "hello@example.org"),
        ("from_name", "Example"), ("max_connections", "5"),
    ]

    private func withServer() throws -> (SiteFixture, ProviderAccount) {
        let fixture = try SiteFixture.signedIn()
        let created = fixture.post(Self.servers + "?kind=smtp", Self.form)
        #expect(created.status == 303, "\(created.text)")
        return (fixture, try #require(try fixture.store.providers(for: .email).first))
    }

    @Test("A mail server is set up through its generated form")
    func create() throws {
        let (fixture, account) = try withServer()
        #expect(account.name == "Office mail")
        #expect(account.isDefault)
        #expect(account.settings["password"] == "hunter2secret")
        let list = fixture.get(Self.servers).text
        #expect(list.contains("Office mail"))
        #expect(list.contains("hello@example.org"))
        #expect(list.contains("Ready"))
    }

    @Test("A stored secret is never shown, and an empty field keeps it")
    func secrets() throws {
        let (fixture, account) = try withServer()
        let path = "\(Self.servers)/\(account.id)"
        let page = fixture.get(path).text
        #expect(!page.contains("hunter2secret"))
        #expect(page.contains("Leave this empty to keep it."))
        let changed = Self.form.map { $0.0 == "password" ? ($0.0, "") : $0.0 == "name" ? ($0.0, "New name") : $0 }
        #expect(fixture.post(path, changed).status == 303)
        let kept = try #require(try fixture.store.provider(account.id))
        #expect(kept.name == "New name")
        #expect(kept.settings["password"] == "hunter2secret")
        let cleared = changed.filter { $0.0 != "username" } + [("clear_password", "1")]
        #expect(fixture.post(path, cleared).status == 303)
        #expect(try fixture.store.provider(account.id)?.settings["password"] == "")
        #expect(!fixture.log.lines.joined().contains("hunter2secret"))
    }

    @Test("Errors are shown beside their fields, and the input is kept")
    func invalid() throws {
        let fixture = try SiteFixture.signedIn()
        let bad = Self.form.map { $0.0 == "port" ? ($0.0, "99999") : $0.0 == "from_address" ? ($0.0, "nobody") : $0 }
        _ = fixture.get(Self.servers + "/new?kind=smtp")
        let page = fixture.post(Self.servers + "?kind=smtp", bad)
        #expect(page.status == 422)
        #expect(page.text.contains("value=\"99999\""))
        #expect(page.text.contains("id=\"f-port-error\""))
        #expect(page.text.contains("id=\"f-from_address-error\""))
        #expect(page.text.contains("value=\"mail.example.org\""))
        #expect(!page.text.contains("hunter2secret"))
        #expect(try fixture.store.providers(for: nil).isEmpty)
    }

    @Test("The test message is sent as requested, and the server's replies are shown")
    func trialMessage() throws {
        let (fixture, account) = try withServer()
        fixture.tester.answer.withLock {
            $0 = ProviderTestReport(accepted: false, transcript: ["535 5.7.8 <bad> credentials"], summary: "Refused.")
        }
        let path = "\(Self.servers)/\(account.id)/test"
        let page = fixture.post(path, [("recipient", "ada@example.org")])
        #expect(page.status == 200)
        #expect(page.text.contains("535 5.7.8 &lt;bad&gt; credentials"))
        let seen = fixture.tester.seen.withLock { $0 }
        #expect(seen.map(\.outbound.address) == ["ada@example.org"])
        #expect(seen.first?.account.settings["password"] == "hunter2secret")
        let part = fixture.post(
            path, [("recipient", "ada@example.org")], headers: [("HX-Request", "true"), ("HX-Target", "test-result")])
        #expect(part.text.hasPrefix("<div id=\"test-result\""))
        let wrong = fixture.post(path, [("recipient", "not an address")])
        #expect(wrong.status == 422)
        #expect(fixture.tester.seen.withLock { $0.count } == 2)
    }

    @Test("One button disables and enables a provider, and one makes it the default")
    func changes() throws {
        let (fixture, account) = try withServer()
        let path = "\(Self.servers)/\(account.id)"
        #expect(fixture.get(path).text.contains("action=\"\(path)/disable\""))
        #expect(fixture.post("\(path)/disable").status == 303)
        #expect(try fixture.store.provider(account.id)?.isEnabled == false)
        #expect(try fixture.store.provider(account.id)?.settings["password"] == "hunter2secret")
        #expect(fixture.get(Self.servers).text.contains("Turned off"))
        #expect(fixture.post("\(path)/enable").status == 303)
        _ = fixture.post(Self.servers + "?kind=smtp", Self.form.map { $0.0 == "name" ? ($0.0, "Second") : $0 })
        let second = try #require(try fixture.store.providers(for: .email).first { $0.name == "Second" })
        #expect(!second.isDefault)
        #expect(fixture.post("\(Self.servers)/\(second.id)/default").status == 303)
        #expect(try fixture.store.providers(for: .email).filter(\.isDefault).map(\.name) == ["Second"])
    }

    @Test("Deletion requires confirmation")
    func delete() throws {
        let (fixture, account) = try withServer()
        let path = "\(Self.servers)/\(account.id)/delete"
        #expect(fixture.get(path).text.contains("Delete Office mail?"))
        #expect(try fixture.store.providers(for: .email).count == 1)
        #expect(fixture.post(path).location == Self.servers)
        #expect(try fixture.store.providers(for: .email).isEmpty)
        #expect(fixture.get("\(Self.servers)/\(account.id)").status == 404)
    }

    @Test("A provider is found only in the section of its delivery channel")
    func sections() throws {
        let (fixture, account) = try withServer()
        #expect(fixture.get("/app/settings/communication/sms-gateways/\(account.id)").status == 404)
        #expect(fixture.get(Self.servers + "/new?kind=nonsense").status == 404)
        #expect(fixture.get("/app/settings/communication/push").status == 200)
        #expect(fixture.get("/app/settings/communication/voice").status == 200)
    }
}

@Suite("Sandbox")
struct SandboxPagesTests {
    private static let mail = """
        From: Sandbox <sandbox@example.org>\r
        To: ada@example.org\r
        Subject: =?utf-8?Q?H=C3=A9?=\r
        Content-Type: multipart/alternative;\r
         boundary="b1"\r
        \r
        --b1\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Transfer-Encoding: quoted-printable\r
        \r
        Caf=C3=A9 =\r
        closed=3D\r
        --b1\r
        Content-Type: text/html; charset=utf-8\r
        Content-Transfer-Encoding: base64\r
        \r
        PHA+Q2Fmw6k8L3A+\r
        --b1--\r
        after
        """

    @Test("Mails from the own composer are parsed")
    func reader() {
        let mail = SandboxMail(Array(Self.mail.utf8))
        #expect(mail.text == "Café closed=\r\n")
        #expect(mail.html == "<p>Café</p>")
    }

    @Test(
        "A malformed mail gives an empty result, whatever it nests",
        arguments: [
            "", "\r\n", "Content-Type: multipart/mixed\r\n\r\n--x", "Content-Type: multipart/x; boundary=\"\"\r\n\r\n",
            "Content-Type: multipart/x; boundary=a\r\n\r\n--a", "Content-Type: image/png\r\n\r\nxx",
        ])
    func hostile(_ text: String) {
        #expect(SandboxMail(Array(text.utf8)).html == nil)
    }

    /// Creates a sandbox provider and one accepted mail, stored in the sandbox.
    private func filled() throws -> (SiteFixture, item: Int64, message: Int64) {
        let fixture = try SiteFixture.signedIn()
        let draft = ProviderDraft(
            deliveryChannel: .email, kind: "sandbox", name: "Sandbox", isDefault: true, settings: ProviderSettings(),
            secretNames: [])
        let provider = try fixture.store.createProvider(draft, at: fixture.now)
        let single = SingleMessage(
            origin: .api, content: Content(deliveryChannel: .email, subject: "Hé", html: "<p>Café</p>", text: "Café"),
            receiver: Receiver(firstName: "Ada", email: "ada@example.org", origin: .api))
        guard let message = try fixture.store.accept(single, at: fixture.now).newID else { throw Failure.notFound }
        let transfer = SandboxTransfer(
            key: "key-1", messageID: message, deliveryChannel: .email, from: "sandbox@example.org",
            to: "ada@example.org", subject: "Hé", payload: MessageBody(Array(Self.mail.utf8)))
        try deliver(message, by: provider, fixture)
        try fixture.store.keep([transfer], providerID: provider, at: fixture.now)
        let item = try #require(try fixture.store.sandboxItems(channel: nil, from: .newest, limit: 1).items.first)
        fixture.pass(.seconds(6))
        return (fixture, item.id, message)
    }

    /// Performs the steps of the delivery loop: claim, submit, record.
    private func deliver(_ message: Int64, by provider: Int64, _ fixture: SiteFixture) throws {
        let lease = try fixture.store.beginLease(host: "test", pid: 1, at: fixture.now)
        let queue = try #require(try fixture.store.dueQueues(at: fixture.now).first)
        let claim = ClaimRequest(queue: queue, providerID: provider, share: 1, fromAddress: "sandbox@example.org")
        let claimed = try fixture.store.recordAndClaim(
            [], claims: [claim], slots: [provider: 1], lease: lease, at: fixture.now
        ).claimed
        let mine = try #require(claimed.first)
        let completion = AttemptCompletion(
            messageID: mine.id, attempt: mine.attempt, broadcastID: mine.broadcastID, providerID: provider,
            event: .accepted, result: .accepted, detail: "Kept.", reference: "key-1", expectsReceipts: true)
        _ = try fixture.store.recordAndClaim([completion], claims: [], slots: [:], lease: lease, at: fixture.now)
    }

    @Test("The menu shows the sandbox if there is one")
    func menu() throws {
        #expect(!(try SiteFixture.signedIn().get("/app/account").text.contains("href=\"/app/sandbox\"")))
        let (fixture, _, _) = try filled()
        #expect(fixture.get("/app/account").text.contains("href=\"/app/sandbox\""))
    }

    @Test("Sandbox messages can be searched")
    func list() throws {
        let (fixture, item, _) = try filled()
        let link = "href=\"/app/sandbox/\(item)\""
        #expect(fixture.get("/app/sandbox").text.contains(link))
        #expect(fixture.get("/app/sandbox?q=ADA@").text.contains(link))
        #expect(!fixture.get("/app/sandbox?q=grace").text.contains(link))
        #expect(!fixture.get("/app/sandbox?delivery_channel=sms").text.contains(link))
    }

    @Test("A mail is shown rendered, as text and as source")
    func item() throws {
        let (fixture, item, message) = try filled()
        let page = fixture.get("/app/sandbox/\(item)").text
        #expect(page.contains("Café closed="))
        #expect(page.contains("PHA+Q2Fmw6k8L3A+"))
        #expect(page.contains("/app/communications/send-logs/\(message)"))
        let frame = fixture.get("/app/sandbox/\(item)/content")
        #expect(frame.text.contains("<p>Café</p>"))
        #expect(frame.headers["Content-Security-Policy"]?.hasPrefix("sandbox;") == true)
    }

    @Test("A simulated response changes the message's state, and a reply is received")
    func answers() throws {
        let (fixture, item, message) = try filled()
        _ = fixture.get("/app/sandbox/\(item)")
        #expect(fixture.post("/app/sandbox/\(item)/answer", [("answer", "opened")]).status == 303)
        #expect(try fixture.store.message(message)?.row.status == .opened)
        #expect(fixture.post("/app/sandbox/\(item)/reply", [("text", " ")]).status == 422)
        #expect(fixture.post("/app/sandbox/\(item)/reply", [("text", "Yes <please>")]).status == 303)
        #expect(try fixture.store.message(message)?.replies.count == 1)
        let page = fixture.get("/app/sandbox/\(item)").text
        #expect(page.contains("Replied"))
        #expect(fixture.get("/app/communications/send-logs/\(message)").text.contains("Yes &lt;please&gt;"))
        #expect(fixture.post("/app/sandbox/\(item)/answer", [("answer", "nonsense")]).status == 400)
    }

    /// First answer of the recipient, the next answer, and whether the page offers it.
    static let nextAnswers: [(first: String, next: String, isOffered: Bool)] = [
        ("delivered", "opened", true), ("opened", "delivered", false), ("opened", "opened", false),
        ("opened", "read", true), ("read", "opened", false), ("delivered", "bounced", false),
        ("bounced", "bounced", false), ("bounced", "delivered", true),
    ]

    @Test("An answer that the page does not offer is rejected", arguments: nextAnswers)
    func hidden(_ line: (first: String, next: String, isOffered: Bool)) throws {
        let (fixture, item, _) = try filled()
        let path = "/app/sandbox/\(item)"
        #expect(fixture.post("\(path)/answer", [("answer", line.first)]).status == 303)
        fixture.pass(.seconds(1))
        #expect(fixture.get(path).text.contains("value=\"\(line.next)\"") == line.isOffered)
        let before = try StoreContents(fixture.temporary.store)
        #expect(fixture.post("\(path)/answer", [("answer", line.next)]).location == path)
        let changed = try StoreContents(fixture.temporary.store).differences(from: before)
        #expect(changed.contains("audit") == line.isOffered)
        #expect(changed.isEmpty == !line.isOffered)
        if !line.isOffered { #expect(fixture.get(path).text.contains("no longer fits")) }
    }

    @Test("Only delivery channels that can be replied to take a reply", arguments: DeliveryChannel.allCases)
    func replies(_ channel: DeliveryChannel) throws {
        let (fixture, _, message) = try filled()
        let to = channel == .email ? "ada@example.org" : "+27821234567"
        let transfer = SandboxTransfer(
            key: "key-2", messageID: message, deliveryChannel: channel, from: "us", to: to, subject: "",
            payload: MessageBody(Array("Hi".utf8)))
        try fixture.store.keep([transfer], providerID: 1, at: fixture.now)
        let item = try #require(
            try fixture.store.sandboxItems(channel: nil, from: .newest, limit: 1).items.first
        ).id
        let path = "/app/sandbox/\(item)"
        let isOffered = channel != .push && channel != .inApp
        #expect(fixture.get(path).text.contains("action=\"\(path)/reply\"") == isOffered)
        let before = try StoreContents(fixture.temporary.store)
        #expect(fixture.post("\(path)/reply", [("text", "Yes")]).location == path)
        let changed = try StoreContents(fixture.temporary.store).differences(from: before)
        #expect(changed.contains("audit") == isOffered)
        #expect(changed.isEmpty == !isOffered)
        if !isOffered { #expect(fixture.get(path).text.contains("messages cannot be replied to.")) }
    }

    @Test("The behaviour is set for all delivery channels at once")
    func settings() throws {
        let (fixture, _, _) = try filled()
        #expect(fixture.get("/app/sandbox/settings").text.contains("Refuse, percent"))
        let form = [("refuse_percent", "10"), ("fail_percent", "200"), ("auto_answer", "none")]
        #expect(fixture.post("/app/sandbox/settings", form).status == 422)
        let good = [("refuse_percent", "10"), ("fail_percent", "20"), ("auto_answer", "none")]
        #expect(fixture.post("/app/sandbox/settings", good).status == 303)
        let account = try #require(try fixture.store.providers(for: .email).first)
        #expect(account.settings["refuse_percent"] == "10")
        #expect(account.name == "Sandbox")
    }
}
