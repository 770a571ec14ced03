import Foundation
import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Send logs")
struct SendLogsTests {
    private static let logs = "/app/communications/send-logs"

    /// Creates three messages: a mail to Ada, an SMS to Grace, a cancelled mail to Ada.
    private func filled() throws -> (SiteFixture, [Int64]) {
        let fixture = try SiteFixture.signedIn()
        let member = Entity(kind: .member, externalID: "m-1", firstName: "Ada", lastName: "Lovelace")
        let id = try fixture.store.upsert(member, at: fixture.now)
        let entity = try #require(try fixture.store.entity(id)).reference
        let ada = Receiver(firstName: "Ada", email: "ada@example.org", origin: .api, entity: entity)
        let grace = Receiver(firstName: "Grace", mobile: "+27821234567", origin: .api)
        let mail = Content(
            deliveryChannel: .email, subject: "Hi {{first_name}}",
            html: "<p>Dear {{first_name}} <script>x</script></p>",
            text: "Dear {{first_name}}")
        let sms = Content(deliveryChannel: .sms, text: "Hi <b>{{first_name}}</b>")
        let ids = try [(mail, ada), (sms, grace), (mail, ada)].map { content, receiver in
            let single = SingleMessage(
                origin: .api, content: content, receiver: receiver,
                variables: MergeValues(["first_name": .string(receiver.firstName)]))
            guard let id = try fixture.store.accept(single, at: fixture.now).newID else { throw Failure.notFound }
            return id
        }
        _ = try fixture.store.apply(.cancel, to: ids[2], by: nil, at: fixture.now)
        return (fixture, ids)
    }

    private func shown(_ page: Response, _ ids: [Int64]) -> [Int64] {
        ids.filter { page.text.contains("href=\"\(Self.logs)/\($0)\"") }
    }

    @Test("An empty log shows the next step")
    func empty() throws {
        let page = try SiteFixture.signedIn().get(Self.logs)
        #expect(page.status == 200)
        #expect(page.text.contains("Nothing sent yet"))
    }

    @Test("Filters narrow the list, separately and combined")
    func filters() throws {
        let (fixture, ids) = try filled()
        let expected: [(String, [Int64])] = [
            ("", ids), ("?status=pending", [ids[0], ids[1]]), ("?status=cancelled", [ids[2]]), ("?status=failed", []),
            ("?delivery_channel=sms", [ids[1]]), ("?entity=member:m-1", [ids[0], ids[2]]), ("?q=Grace", [ids[1]]),
            ("?entity=member:m-1&status=cancelled", [ids[2]]), ("?from=2026-11-21&to=2026-11-21", ids),
            ("?to=2026-11-20", []), ("?from=2026-11-22", []), ("?status=nonsense", ids),
        ]
        for (query, wanted) in expected { #expect(shown(fixture.get(Self.logs + query), ids) == wanted, "\(query)") }
    }

    @Test("The log has the promised columns, in the reader's time zone")
    func columns() throws {
        let (fixture, _) = try filled()
        let text = fixture.get(Self.logs + "?delivery_channel=email&status=pending").text
        #expect(text.contains("badge--pending\">Pending<"))
        #expect(text.contains("channel--email\">Email<"))
        #expect(text.contains("<time datetime=\"2026-11-21T12:00:00.000Z\""))
        #expect(text.contains(">21 Nov, 14:00</time>"))
        #expect(text.contains("Member: Ada Lovelace"))
        #expect(text.contains("ada@example.org"))
    }

    @Test("An invalid filter matches nothing and shows the reason")
    func badFilters() throws {
        let (fixture, ids) = try filled()
        for query in ["?from=yesterday", "?entity=member:nobody", "?entity=nonsense"] {
            let page = fixture.get(Self.logs + query)
            #expect(page.status == 200)
            #expect(shown(page, ids).isEmpty)
            #expect(page.text.contains("notice--info"), "\(query)")
        }
    }

    @Test("Only scripts get the rows without the page")
    func rows() throws {
        let (fixture, _) = try filled()
        let part = fixture.get(Self.logs, headers: [("HX-Request", "true"), ("HX-Target", "send-log-rows")])
        #expect(part.text.contains("<tbody id=\"send-log-rows\""))
        #expect(part.text.contains("every 2s"))
        #expect(!part.text.contains("<html"))
        #expect(part.headers["Vary"] == "HX-Request, HX-Target")
        #expect(fixture.get(Self.logs, headers: [("HX-Request", "true")]).text.contains("<html"))
    }

    @Test("Pages are navigated by key, forwards and backwards")
    func paging() throws {
        let (fixture, _) = try filled()
        let sms = Content(deliveryChannel: .sms, text: "x")
        for number in 0..<60 {
            let receiver = Receiver(firstName: "N\(number)", mobile: "+2782000\(1000 + number)", origin: .api)
            _ = try fixture.store.accept(SingleMessage(origin: .api, content: sms, receiver: receiver), at: fixture.now)
        }
        let first = fixture.get(Self.logs)
        let older = try #require(first.text.firstMatch(of: /rel="next" href="([^"]+)"/)).1
        let second = fixture.get(String(older).replacing("&amp;", with: "&"))
        #expect(second.text.contains("N5 "))
        #expect(!second.text.contains("N30 "))
        #expect(second.text.contains("rel=\"prev\""))
        #expect(!second.text.contains("rel=\"next\""))
    }

    @Test("The details show the message as its receiver got it")
    func details() throws {
        let (fixture, ids) = try filled()
        let page = fixture.get("\(Self.logs)/\(ids[0])")
        #expect(page.status == 200)
        #expect(page.text.contains("Hi Ada"))
        #expect(page.text.contains("src=\"\(Self.logs)/\(ids[0])/content\""))
        #expect(page.headers["Content-Security-Policy"]?.contains("frame-src 'self'") == true)
        #expect(page.text.contains("Waiting for a provider"))
        let sms = fixture.get("\(Self.logs)/\(ids[1])").text
        #expect(sms.contains("Hi &lt;b&gt;Grace&lt;/b&gt;"))
        #expect(fixture.get("\(Self.logs)/\(ids[1])/content").status == 404)
        #expect(fixture.get("\(Self.logs)/424242").status == 404)
        #expect(fixture.get("\(Self.logs)/0x7").status == 404)
    }

    @Test("Content is sandboxed, framed only by the site, and without remote images")
    func content() throws {
        let (fixture, ids) = try filled()
        let frame = fixture.get("\(Self.logs)/\(ids[0])/content")
        #expect(frame.text.contains("<p>Dear Ada "))
        let policy = try #require(frame.headers["Content-Security-Policy"])
        #expect(policy.hasPrefix("sandbox; default-src 'none'"))
        #expect(policy.contains("frame-ancestors 'self'"))
        #expect(policy.contains("img-src data:;"))
        #expect(!policy.contains("script-src"))
        #expect(frame.headers["X-Frame-Options"] == "SAMEORIGIN")
    }

    @Test("A pending message can be cancelled once")
    func cancel() throws {
        let (fixture, ids) = try filled()
        let path = "\(Self.logs)/\(ids[0])"
        #expect(fixture.get(path).text.contains("action=\"\(path)/cancel\""))
        #expect(fixture.post("\(path)/cancel").status == 303)
        #expect(try fixture.store.message(ids[0])?.row.status == .cancelled)
        #expect(!fixture.get(path).text.contains("action=\"\(path)/cancel\""))
        #expect(fixture.post("\(path)/cancel").location == path)
        #expect(fixture.get(path).text.contains("Too late"))
        #expect(fixture.post("\(path)/retry").status == 303)
        #expect(try fixture.store.message(ids[0])?.row.status == .cancelled)
    }

    @Test("Read-only users see no buttons, and their requests are refused")
    func viewer() throws {
        let fixture = try SiteFixture.signedIn(as: "viewer")
        let single = SingleMessage(
            origin: .api, content: Content(deliveryChannel: .sms, text: "x"),
            receiver: Receiver(mobile: "+27821234567", origin: .api))
        guard let id = try fixture.store.accept(single, at: fixture.now).newID else { throw Failure.notFound }
        let path = "\(Self.logs)/\(id)"
        #expect(!fixture.get(path).text.contains("/cancel\""))
        #expect(fixture.post("\(path)/cancel").status == 403)
        #expect(try fixture.store.message(id)?.row.status == .pending)
    }

    @Test("The overview counts pending messages and names what is missing")
    func overview() throws {
        let (fixture, _) = try filled()
        let page = fixture.get("/app/communications/overview").text
        #expect(page.contains("No mail server is set up: messages wait."))
        #expect(page.contains("Set up an SMS gateway"))
        #expect(page.contains("<dd>2</dd>"))
    }

    @Test("The chart shows only known counts, without placeholders for unknown ones")
    func chart() throws {
        let chart = Chart([OutboxOverview.Day(start: Timestamp(milliseconds: 0), sent: 1200, failed: 3)])
        #expect(chart.bars.map(\.sent) == ["1,200"])
        #expect(chart.bars.map(\.total) == ["1,203"])
        let template = try String(
            contentsOfFile: TemplateModels.folder + "/Overview/Overview.mustache", encoding: .utf8)
        #expect(!template.contains("Pending and others"))
    }
}
