import Foundation
import Messaging
import Testing

@testable import Console
@testable import HTTPServing

@Suite("An import through the site")
struct DirectoryImportPagesTests {
    private func upload(_ trial: ConsoleTrial, _ name: String, _ text: String, kind: String = "members") throws
        -> Response
    {
        _ = trial.get("/app/directory/\(kind)/import")
        let spool = try SpoolFile(directory: NSTemporaryDirectory())
        try Array(text.utf8).withUnsafeBytes { try spool.append($0) }
        try spool.finish()
        var request = Request(.post, "/app/directory/\(kind)/import", form: [("csrf", trial.csrf)])
        request.files = [UploadedFile(field: "file", filename: name, contentType: "text/csv", spool: spool)]
        return trial.send(request)
    }

    private func finished(_ trial: ConsoleTrial, _ path: String) async throws -> String {
        while true {
            let text = trial.get(path).text
            if !text.contains("every 1s") { return text }
            await Task.yield()
        }
    }

    @Test("upload, see how the columns go, change it, run it, fetch what was rejected")
    func journey() async throws {
        let trial = try ConsoleTrial.signedIn()
        let sent = try upload(
            trial, "people.csv",
            "id;Vorname;Mail;Tier\r\nm-1;Ada;ada@example.org;gold\r\nm-2;Eve;=cmd|x;silver\r\nm-3;Grace;grace@example.org;\r\n"
        )
        let path = try #require(sent.location)
        let page = trial.get(path).text
        #expect(page.contains("<option value=\"field:external_id\" selected>"))
        #expect(page.contains("<option value=\"attribute:vorname\" selected>"))
        #expect(page.contains("ada@example.org"))
        let twice = trial.post(path, [("column_0", "field:email"), ("column_1", ""), ("column_2", "field:email")])
        #expect(twice.status == 422)
        let columns = [
            ("column_0", "field:external_id"), ("column_1", "field:first_name"), ("column_2", "field:email"),
            ("column_3", "attribute:tier"),
        ]
        #expect(trial.post(path, columns).location == path)
        let done = try await finished(trial, path)
        #expect(done.contains("Taken, but for some rows"))
        #expect(try trial.store.entity(kind: .member, externalID: "m-1")?.displayName == "Ada")
        #expect(try trial.store.entity(kind: .member, externalID: "m-1")?.attributes == MergeValues(["tier": "gold"]))
        #expect(try trial.store.entity(kind: .member, externalID: "m-2") == nil)
        let rejected = trial.get("\(path)/rejected.csv")
        #expect(rejected.headers["Content-Disposition"]?.contains("attachment") == true)
        guard case .file(let file, _) = rejected.body else { return #expect(Bool(false)) }
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\r\n")
        #expect(lines.first == "id,Vorname,Mail,Tier,reason")
        #expect(lines.count == 2)
        #expect(lines[1].hasPrefix("m-2,Eve,'=cmd|x,silver,Line 3: email:"))
        #expect(trial.post(path, columns).location == path, "a second start changes nothing")
    }

    @Test("what cannot be a file of records is said on the form")
    func unusable() throws {
        let trial = try ConsoleTrial.signedIn()
        #expect(try upload(trial, "empty.csv", "").status == 422)
        #expect(try upload(trial, "blank.csv", " \r\n").status == 422)
        let wide = try upload(trial, "wide.csv", (1...50_000).map { "c\($0)" }.joined(separator: ",") + "\n")
        #expect(wide.status == 422)
        #expect(wide.text.contains("more than 500 columns"))
        #expect(trial.get("/app/directory/members/import/nonsense").status == 404)
    }

    @Test("nobody sees another's import")
    func others() throws {
        let trial = try ConsoleTrial.signedIn()
        let path = try #require(try upload(trial, "a.csv", "id\nm-1\n").location)
        #expect(trial.get(path).status == 200)
        #expect(trial.get(path.replacing("members", with: "accounts")).status == 404)
        try trial.addUser("grace@example.org")
        trial.forgetCookies()
        _ = trial.get("/login")
        _ = trial.post("/login", [("email", "grace@example.org"), ("password", ConsoleTrial.password)])
        #expect(trial.get("/app/directory/members").status == 200)
        #expect(trial.get(path).status == 404)
    }
}
