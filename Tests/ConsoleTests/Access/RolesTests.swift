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
        let trial = try ConsoleTrial.signedIn()
        let made = trial.post("/app/settings/roles", [("name", "Desk")] + boxes([.readHistory, .sendSMS]))
        #expect(made.location == "/app/settings/roles")
        let role = try #require(try trial.role("Desk"))
        #expect(role.permissions == [.readHistory, .sendSMS])
        let page = trial.get("/app/settings/roles/\(role.id)").text
        #expect(page.contains("value=\"communication:send:sms\" checked"))
        #expect(!page.contains("value=\"communication:send:email\" checked"))
        #expect(page.contains("Nobody has this role."))

        let saved = trial.post(
            "/app/settings/roles/\(role.id)", [("name", "Front desk"), ("version", "1")] + boxes([.readHistory]))
        #expect(saved.status == 303)
        #expect(try trial.role("Front desk")?.permissions == [.readHistory])
        #expect(try trial.audited("update role").first?.detail == "was “Desk”; removed communication:send:sms")

        let copy = trial.get("/app/settings/roles/\(role.id)/duplicate").text
        #expect(copy.contains("value=\"Copy of Front desk\""))
        #expect(copy.contains("value=\"communication:read:history\" checked"))

        #expect(trial.post("/app/settings/roles/\(role.id)/delete").status == 303)
        #expect(try trial.role("Front desk") == nil)
        #expect(trial.get("/app/settings/roles/\(role.id)").status == 404)
    }

    @Test("a change takes effect on the next request")
    func atOnce() throws {
        let trial = try ConsoleTrial.helper([.readHistory])
        #expect(trial.get("/app/communications/send-logs").status == 200)
        let role = try #require(try trial.role("helper"))
        try trial.store.updateRole(role.id, version: role.version, name: "helper", permissions: [.readDirectory])
        #expect(trial.get("/app/communications/send-logs").status == 403)
        #expect(trial.get("/app/directory/members").status == 200)
    }

    @Test("a name once, whatever its case; and never empty")
    func names() throws {
        let trial = try ConsoleTrial.signedIn()
        let taken = trial.post("/app/settings/roles", [("name", "Owner")])
        #expect(taken.status == 422)
        #expect(taken.text.contains("There is a role of this name already."))
        #expect(trial.post("/app/settings/roles", [("name", " ")]).status == 422)
        #expect(try trial.store.roles().count == 3)
    }

    @Test("the owner's role is fixed, and a role in use stays")
    func fixed() throws {
        let trial = try ConsoleTrial.signedIn()
        let owner = try trial.roleID("owner")
        #expect(trial.post("/app/settings/roles/\(owner)", [("name", "x"), ("version", "1")]).status == 403)
        #expect(trial.post("/app/settings/roles/\(owner)/delete").status == 403)
        #expect(!trial.get("/app/settings/roles/\(owner)").text.contains("<form class=\"form card\""))
        try trial.addUser("bob@example.org", role: "viewer")
        let viewer = try trial.roleID("viewer")
        let refused = trial.post("/app/settings/roles/\(viewer)/delete")
        #expect(refused.status == 409)
        #expect(refused.text.contains("bob@example.org"))
        #expect(!trial.get("/app/settings/roles").text.contains("/roles/\(viewer)/delete"))
    }

    @Test("nobody gives what they do not hold")
    func escalation() throws {
        let trial = try ConsoleTrial.helper([.readRoles, .createRoles, .updateRoles, .deleteRoles, .readHistory])
        let role = try #require(try trial.role("helper"))
        let grown = trial.post(
            "/app/settings/roles/\(role.id)",
            [("name", "helper"), ("version", "1")] + boxes([.readHistory, .updateRoles, .readAudit]))
        #expect(grown.status == 422)
        #expect(grown.text.contains("access:audit:read:all"))
        #expect(try trial.role("helper")?.permissions == role.permissions)
        #expect(trial.post("/app/settings/roles", [("name", "new")] + boxes([.updateUsers])).status == 422)
        let viewer = try trial.roleID("viewer")
        #expect(trial.post("/app/settings/roles/\(viewer)", [("name", "v"), ("version", "1")]).status == 403)
        #expect(trial.post("/app/settings/roles/\(viewer)/delete").status == 403)
        #expect(trial.get("/app/settings/roles/new").text.contains("value=\"access:audit:read:all\" disabled"))
        #expect(trial.post("/app/settings/roles", [("name", "small")] + boxes([.readHistory])).status == 303)
    }

    @Test("the second of two editors is told, and nothing is overwritten")
    func twoEditors() throws {
        let trial = try ConsoleTrial.signedIn()
        let id = try trial.store.createRole(name: "Desk", permissions: [.readHistory])
        let path = "/app/settings/roles/\(id)"
        #expect(trial.post(path, [("name", "Desk"), ("version", "1")] + boxes([.sendSMS])).status == 303)
        let late = trial.post(path, [("name", "Desk"), ("version", "1")] + boxes([.sendEmail]))
        #expect(late.status == 409)
        #expect(late.text.contains("Permissions, theirs"))
        #expect(try trial.role("Desk")?.permissions == [.sendSMS])
        let kept = trial.post(path, [("name", "Desk"), ("version", "1"), ("keep_mine", "2")] + boxes([.sendEmail]))
        #expect(kept.status == 303)
        #expect(try trial.role("Desk")?.permissions == [.sendEmail])
    }

    @Test("a permission nobody knows is refused")
    func unknown() throws {
        let trial = try ConsoleTrial.signedIn()
        #expect(trial.post("/app/settings/roles", [("name", "x"), ("permission", "all:of:it")]).status == 422)
        #expect(try trial.role("x") == nil)
    }
}
