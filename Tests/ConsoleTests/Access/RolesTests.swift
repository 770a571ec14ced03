import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Roles in settings")
struct RolesTests {
    private func boxes(_ permissions: [Permission]) -> [(String, String)] {
        permissions.map { ("permission", $0.rawValue) }
    }

    @Test("every permission is in one group, in words")
    func groups() {
        let listed = PermissionGroup.all.flatMap { $0.items.map(\.permission) }
        #expect(listed.count == Permission.allCases.count)
        #expect(Set(listed) == Set(Permission.allCases))
        #expect(PermissionGroup.all.allSatisfy { !$0.title.isEmpty && $0.items.allSatisfy { !$0.label.isEmpty } })
    }

    @Test("a role is made, seen, changed, duplicated and deleted")
    func life() throws {
        let fixture = try SiteFixture.signedIn()
        let made = fixture.post("/app/settings/roles", [("name", "Front office")] + boxes([.readHistory, .sendSMS]))
        #expect(made.location == "/app/settings/roles")
        let role = try #require(try fixture.role("Front office"))
        #expect(role.permissions == [.readHistory, .sendSMS])
        let page = fixture.get("/app/settings/roles/\(role.id)").text
        #expect(page.contains("value=\"communication:send:sms\" checked"))
        #expect(!page.contains("value=\"communication:send:email\" checked"))
        #expect(page.contains("No user has this role."))

        let saved = fixture.post(
            "/app/settings/roles/\(role.id)", [("name", "Front desk"), ("version", "1")] + boxes([.readHistory]))
        #expect(saved.status == 303)
        #expect(try fixture.role("Front desk")?.permissions == [.readHistory])
        #expect(
            try fixture.audited("update role").first?.detail == "was “Front office”; removed communication:send:sms")

        let copy = fixture.get("/app/settings/roles/\(role.id)/duplicate").text
        #expect(copy.contains("value=\"Copy of Front desk\""))
        #expect(copy.contains("value=\"communication:read:history\" checked"))

        #expect(fixture.post("/app/settings/roles/\(role.id)/delete").status == 303)
        #expect(try fixture.role("Front desk") == nil)
        #expect(fixture.get("/app/settings/roles/\(role.id)").status == 404)
    }

    @Test("a change takes effect on the next request")
    func atOnce() throws {
        let fixture = try SiteFixture.helper([.readHistory])
        #expect(fixture.get("/app/communications/send-logs").status == 200)
        let role = try #require(try fixture.role("helper"))
        try fixture.store.updateRole(role.id, version: role.version, name: "helper", permissions: [.readDirectory])
        #expect(fixture.get("/app/communications/send-logs").status == 403)
        #expect(fixture.get("/app/directory/members").status == 200)
    }

    @Test("a name once, whatever its case; and never empty")
    func names() throws {
        let fixture = try SiteFixture.signedIn()
        let taken = fixture.post("/app/settings/roles", [("name", "Owner")])
        #expect(taken.status == 422)
        #expect(taken.text.contains("There is a role of this name already."))
        #expect(fixture.post("/app/settings/roles", [("name", " ")]).status == 422)
        #expect(try fixture.store.roles().count == 3)
    }

    @Test("the owner's role is fixed, and a role in use stays")
    func fixed() throws {
        let fixture = try SiteFixture.signedIn()
        let owner = try fixture.roleID("owner")
        #expect(fixture.post("/app/settings/roles/\(owner)", [("name", "x"), ("version", "1")]).status == 403)
        #expect(fixture.post("/app/settings/roles/\(owner)/delete").status == 403)
        #expect(!fixture.get("/app/settings/roles/\(owner)").text.contains("<form class=\"form card\""))
        try fixture.addUser("bob@example.org", role: "viewer")
        let viewer = try fixture.roleID("viewer")
        let refused = fixture.post("/app/settings/roles/\(viewer)/delete")
        #expect(refused.status == 409)
        #expect(refused.text.contains("bob@example.org"))
        #expect(!fixture.get("/app/settings/roles").text.contains("/roles/\(viewer)/delete"))
    }

    @Test("nobody gives what they do not hold")
    func escalation() throws {
        let fixture = try SiteFixture.helper([.readRoles, .createRoles, .updateRoles, .deleteRoles, .readHistory])
        let role = try #require(try fixture.role("helper"))
        let grown = fixture.post(
            "/app/settings/roles/\(role.id)",
            [("name", "helper"), ("version", "1")] + boxes([.readHistory, .updateRoles, .readAudit]))
        #expect(grown.status == 422)
        #expect(grown.text.contains("access:audit:read:all"))
        #expect(try fixture.role("helper")?.permissions == role.permissions)
        #expect(fixture.post("/app/settings/roles", [("name", "new")] + boxes([.updateUsers])).status == 422)
        let viewer = try fixture.roleID("viewer")
        #expect(fixture.post("/app/settings/roles/\(viewer)", [("name", "v"), ("version", "1")]).status == 403)
        #expect(fixture.post("/app/settings/roles/\(viewer)/delete").status == 403)
        #expect(fixture.get("/app/settings/roles/new").text.contains("value=\"access:audit:read:all\" disabled"))
        #expect(fixture.post("/app/settings/roles", [("name", "small")] + boxes([.readHistory])).status == 303)
    }

    @Test("the second of two editors is told, and nothing is overwritten")
    func twoEditors() throws {
        let fixture = try SiteFixture.signedIn()
        let id = try fixture.store.createRole(name: "Front office", permissions: [.readHistory])
        let path = "/app/settings/roles/\(id)"
        #expect(fixture.post(path, [("name", "Front office"), ("version", "1")] + boxes([.sendSMS])).status == 303)
        let late = fixture.post(path, [("name", "Front office"), ("version", "1")] + boxes([.sendEmail]))
        #expect(late.status == 409)
        #expect(late.text.contains("Permissions, theirs"))
        #expect(try fixture.role("Front office")?.permissions == [.sendSMS])
        let kept = fixture.post(
            path, [("name", "Front office"), ("version", "1"), ("keep_mine", "2")] + boxes([.sendEmail]))
        #expect(kept.status == 303)
        #expect(try fixture.role("Front office")?.permissions == [.sendEmail])
    }

    @Test("a permission nobody knows is refused")
    func unknown() throws {
        let fixture = try SiteFixture.signedIn()
        #expect(fixture.post("/app/settings/roles", [("name", "x"), ("permission", "all:of:it")]).status == 422)
        #expect(try fixture.role("x") == nil)
    }
}
