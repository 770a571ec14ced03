import Foundation
import Messaging
import Testing

@testable import Console
@testable import HTTPServing

@Suite("Directory import")
struct DirectoryImportPagesTests {
    private func upload(_ fixture: SiteFixture, _ name: String, _ text: String, kind: String = "members") throws
        -> Response
    {
        try fixture.upload(name, Array(text.utf8), to: "/app/directory/\(kind)/import")
    }

    @Test("A file is uploaded, mapped and imported, and its rejected rows are downloaded")
    func journey() async throws {
        let fixture = try SiteFixture.signedIn()
        let sent = try upload(
            fixture, "people.csv",
            "id;Vorname;Mail;Tier\r\nm-1;Ada;ada@example.org;gold\r\nm-2;Eve;=cmd|x;silver\r\nm-3;Grace;grace@example.org;\r\n"
        )
        let path = try #require(sent.location)
        let page = fixture.get(path).text
        #expect(page.contains("<option value=\"field:external_id\" selected>"))
        #expect(page.contains("<option value=\"attribute:vorname\" selected>"))
        #expect(page.contains("ada@example.org"))
        let twice = fixture.post(path, [("column_0", "field:email"), ("column_1", ""), ("column_2", "field:email")])
        #expect(twice.status == 422)
        let columns = [
            ("column_0", "field:external_id"), ("column_1", "field:first_name"), ("column_2", "field:email"),
            ("column_3", "attribute:tier"),
        ]
        #expect(fixture.post(path, columns).location == path)
        let done = try await fixture.finished(path)
        #expect(done.contains("Imported, except for 1 row"))
        #expect(try fixture.store.entity(kind: .member, externalID: "m-1")?.displayName == "Ada")
        #expect(try fixture.store.entity(kind: .member, externalID: "m-1")?.attributes == MergeValues(["tier": "gold"]))
        #expect(try fixture.store.entity(kind: .member, externalID: "m-2") == nil)
        let rejected = fixture.get("\(path)/rejected.csv")
        #expect(rejected.headers["Content-Disposition"]?.contains("attachment") == true)
        guard case .file(let file, _) = rejected.body else { return #expect(Bool(false)) }
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\r\n")
        #expect(lines.first == "id,Vorname,Mail,Tier,reason")
        #expect(lines.count == 2)
        #expect(lines[1].hasPrefix("m-2,Eve,'=cmd|x,silver,Line 3: email:"))
        #expect(fixture.post(path, columns).location == path, "a second start changes nothing")
    }

    @Test("A file that cannot contain records is rejected on the form")
    func unusable() throws {
        let fixture = try SiteFixture.signedIn()
        #expect(try upload(fixture, "empty.csv", "").status == 422)
        #expect(try upload(fixture, "blank.csv", " \r\n").status == 422)
        let wide = try upload(fixture, "wide.csv", (1...50_000).map { "c\($0)" }.joined(separator: ",") + "\n")
        #expect(wide.status == 422)
        #expect(wide.text.contains("more than 500 columns"))
        #expect(fixture.get("/app/directory/members/import/nonsense").status == 404)
    }

    @Test("Users cannot see each other's imports")
    func others() throws {
        let fixture = try SiteFixture.signedIn()
        let path = try #require(try upload(fixture, "a.csv", "id\nm-1\n").location)
        #expect(fixture.get(path).status == 200)
        #expect(fixture.get(path.replacing("members", with: "accounts")).status == 404)
        try fixture.addUser("grace@example.org")
        fixture.forgetCookies()
        _ = fixture.get("/login")
        _ = fixture.post("/login", [("email", "grace@example.org"), ("password", SiteFixture.password)])
        #expect(fixture.get("/app/directory/members").status == 200)
        #expect(fixture.get(path).status == 404)
    }

    @Test("An import interrupted by a restart is reported and can be restarted with its own file")
    func interrupted() async throws {
        let fixture = try SiteFixture.signedIn()
        let path = try #require(try upload(fixture, "people.csv", "id,first_name\nm-1,Ada\nm-2,Grace\n").location)
        let id = try #require(path.split(separator: "/").last.map(String.init))
        // Another process started it, wrote one row, and ended.
        #expect(try fixture.store.beginImport(id, runner: "gone", at: fixture.now))
        var progress = ImportProgress()
        (progress.rows, progress.created, progress.bytes, progress.bytesInAll) = (1, 1, 20, 40)
        #expect(try fixture.store.noteImport(id, runner: "gone", progress, at: fixture.now))
        #expect(fixture.get(path).text.contains("Importing people.csv"))
        #expect(try !fixture.store.beginImport(id, runner: "hasty", at: fixture.now), "it may still be alive")
        fixture.pass(.seconds(60))
        let page = fixture.get(path).text
        #expect(page.contains("Interrupted: the program stopped while this ran."))
        #expect(page.contains("Start again"))
        #expect(fixture.get("/app/directory/members/import").text.contains("Interrupted"))
        #expect(fixture.post(path).location == path)
        let done = try await fixture.finished(path)
        #expect(done.contains("Everything was imported"))
        #expect(try fixture.store.entity(kind: .member, externalID: "m-2")?.firstName == "Grace")
        #expect(!done.contains("Start again"), "what is done needs no second run")
    }

    @Test("Hostile files are handled through the page", arguments: HostileFile.all)
    func hostile(file: HostileFile) async throws {
        let fixture = try SiteFixture.signedIn()
        let sent = try fixture.upload("people.csv", file.bytes, to: "/app/directory/members/import")
        guard let taken = file.taken else {
            #expect(sent.status == 422)
            #expect(sent.text.contains(file.says))
            return
        }
        let path = try #require(sent.location)
        let columns = [("column_0", "field:external_id"), ("column_1", "field:first_name")]
        #expect(fixture.post(path, columns).location == path)
        let done = try await fixture.finished(path)
        for (id, name) in taken {
            #expect(try fixture.store.entity(kind: .member, externalID: id)?.firstName == name, "\(id)")
        }
        #expect(done.contains(file.says))
    }
}

/// A malformed file and its expected result.
struct HostileFile: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    /// Names by external id; `nil` if the whole file is rejected.
    var taken: [String: String]?
    var says: String

    private static func utf16(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }

    static let all: [HostileFile] = [
        HostileFile(
            testDescription: "quotes", bytes: Array("id,first_name\nm-1,\"A \"\"b\"\", c\"\nm-2,say \"hi\"\n".utf8),
            taken: ["m-1": "A \"b\", c", "m-2": "say \"hi\""], says: "Everything was imported"),
        HostileFile(
            testDescription: "byte order mark", bytes: [0xEF, 0xBB, 0xBF] + Array("id,first_name\nm-1,Zoë\n".utf8),
            taken: ["m-1": "Zoë"], says: "Everything was imported"),
        HostileFile(
            testDescription: "UTF-16", bytes: utf16("\u{FEFF}id,first_name\nm-1,Zoë\n"), taken: ["m-1": "Zoë"],
            says: "Everything was imported"),
        HostileFile(
            testDescription: "Latin-1", bytes: Array("id,first_name\nm-1,Zo".utf8) + [0xEB, 0x0A],
            taken: ["m-1": "Zoë"], says: "Everything was imported"),
        HostileFile(
            testDescription: "a line of 10 MB",
            bytes: Array("id,first_name\nm-1,Ada\nm-2,".utf8) + [UInt8](repeating: 0x78, count: 10 << 20)
                + Array("\nm-3,Grace\n".utf8), taken: ["m-1": "Ada", "m-3": "Grace"], says: "1 rejected row"),
        HostileFile(
            testDescription: "50,000 columns", bytes: Array((1...50_000).map { "c\($0)" }.joined(separator: ",").utf8),
            taken: nil, says: "more than 500 columns"),
        HostileFile(
            testDescription: "formulas", bytes: Array("id,first_name\nm-1,=cmd()\nm-2,'=x\n".utf8),
            taken: ["m-1": "=cmd()", "m-2": "=x"], says: "Everything was imported"),
        HostileFile(
            testDescription: "an id twice", bytes: Array("id,first_name\nm-1,Ada\nm-1,Augusta\n".utf8),
            taken: ["m-1": "Augusta"], says: "Everything was imported"),
        HostileFile(
            testDescription: "half a file", bytes: Array("id,first_name\nm-1,Ada\nm-2".utf8), taken: ["m-1": "Ada"],
            says: "1 rejected row"),
    ]
}
