import Messaging
import Testing

@testable import Console

/// The two permissions to send from a record, each alone.
@Suite("A role that may send by one way only")
struct DirectSendRolesTests {
    private func record(_ fixture: SiteFixture) throws -> String {
        let id = try fixture.store.upsert(
            Entity(
                kind: .member, externalID: "m-1", firstName: "Ada", lastName: "Lovelace", email: "ada@example.org",
                mobile: "+27821234567"), at: fixture.now)
        return "/app/directory/members/\(id)"
    }

    /// What the menu of a page offers, by its paths.
    private func menu(_ fixture: SiteFixture) -> [String] {
        let page = fixture.get("/app/communications/overview")
        #expect(page.status == 200)
        let nav = page.text.components(separatedBy: "<nav").dropFirst().first { $0.contains("Overview") } ?? ""
        return (nav.components(separatedBy: "</nav>").first ?? "").matches(of: /href="([^"]+)"/).map { String($0.1) }
    }

    @Test(
        "the menu has the communications and nothing that would be refused",
        arguments: [Permission.sendEmail, .sendSMS])
    func menuOf(_ permission: Permission) throws {
        let fixture = try SiteFixture.helper([permission])
        let offered = menu(fixture)
        #expect(offered.contains("/app/communications/overview"))
        for path in offered { #expect([200, 303].contains(fixture.get(path).status), "\(path)") }
        for path in ["/app/communications/send-logs", "/app/communications/compose/new", "/app/directory/members"] {
            #expect(!offered.contains(path), "\(path)")
            #expect(fixture.get(path).status == 403, "\(path)")
        }
    }

    @Test(
        "a record's page offers the one way, and the other is refused",
        arguments: [(Permission.sendEmail, "email", "sms"), (.sendSMS, "sms", "email")])
    func buttons(_ permission: Permission, _ offered: String, _ refused: String) throws {
        let fixture = try SiteFixture.helper([permission, .readDirectory])
        let path = try record(fixture)
        let page = fixture.get(path).text
        #expect(page.contains("href=\"\(path)/\(offered)\""))
        #expect(!page.contains("href=\"\(path)/\(refused)\""))
        #expect(fixture.get("\(path)/\(offered)").status == 200)
        #expect(fixture.get("\(path)/\(refused)").status == 403)
        let texts = [
            ("email_subject", "Hi"), ("email_html", "<p>Hi</p>"), ("sms_text", "Hi"), ("once", "1"),
        ]
        #expect(fixture.post("\(path)/\(refused)", texts).status == 403)
        #expect(try fixture.store.messages(MessageFilter(), from: .newest, limit: 5).items.isEmpty)
        #expect(fixture.post("\(path)/\(offered)", texts).status == 303)
        let sent = try fixture.store.messages(MessageFilter(), from: .newest, limit: 5).items
        #expect(sent.map(\.deliveryChannel.rawValue) == [offered])
    }

    @Test("with both permissions both ways are offered, with none neither")
    func bothAndNone() throws {
        let both = try SiteFixture.helper([.sendEmail, .sendSMS, .readDirectory])
        let path = try record(both)
        let page = both.get(path).text
        #expect(page.contains("href=\"\(path)/email\"") && page.contains("href=\"\(path)/sms\""))
        let none = try SiteFixture.helper([.readDirectory])
        let bare = try record(none)
        #expect(!none.get(bare).text.contains("href=\"\(bare)/email\""))
        #expect(!none.get(bare).text.contains("href=\"\(bare)/sms\""))
    }
}
