import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Directory API")
struct EntitiesAPITests {
    private static let members = "/api/v1/entities/members"

    private func post(_ api: APIFixture, _ kind: String, _ body: String, type: String = "application/x-ndjson")
        -> Response
    {
        var request = Request(
            .post, "/api/v1/entities/\(kind)", headers: Headers([("Authorization", "Bearer \(api.token)")]))
        request.headers["Content-Type"] = type
        request.body = Array(body.utf8)
        return api.fixture.send(request)
    }

    @Test("PUT creates, then replaces; GET returns the record; DELETE removes it")
    func put() throws {
        let api = try APIFixture()
        let body =
            #"{"first_name":"Ada","email":"ada@example.org","mobile":"+27 82 123 4567","attributes":{"tier":"gold","n":12.50}}"#
        let created = api.send(.put, "\(Self.members)/m-1", body)
        #expect(created.status == 201)
        #expect(created.headers["Location"] == "\(Self.members)/m-1")
        #expect(created.json["mobile"] == "+27821234567")
        #expect(created.json["attributes"]?["n"] == .number("12.50"))
        #expect(api.send(.put, "\(Self.members)/m-1", body).status == 200)
        let replaced = api.send(.put, "\(Self.members)/m-1", #"{"external_id":"m-1","last_name":"Lovelace"}"#)
        #expect(replaced.json["first_name"] == .null)
        #expect(api.call(.get, "\(Self.members)/m-1").json["last_name"] == "Lovelace")
        #expect(api.send(.put, "\(Self.members)/m-1", #"{"external_id":"m-2"}"#).fields == ["external_id"])
        #expect(api.send(.put, "\(Self.members)/m-1", #"{"email":"x","nonsense":1}"#).fields == ["email", "nonsense"])
        #expect(api.call(.delete, "\(Self.members)/m-1").status == 204)
        #expect(api.call(.delete, "\(Self.members)/m-1").status == 404)
        #expect(api.call(.get, "/api/v1/entities/things/1").status == 404)
    }

    @Test("PUT requires the permission to create or to update, whichever it does")
    func rights() throws {
        for (permission, created, replaced) in [
            (Permission.createDirectory, 201, 403), (.updateDirectory, 403, 200), (.readDirectory, 403, 403),
        ] {
            let api = try APIFixture([permission])
            #expect(api.send(.put, "\(Self.members)/m-1", "{}").status == created, "\(permission)")
            if created != 201 {
                try api.store.upsert(Entity(kind: .member, externalID: "m-1"), at: api.fixture.now)
            }
            let second = api.send(.put, "\(Self.members)/m-1", #"{"first_name":"Ada"}"#)
            #expect(second.status == replaced, "\(permission)")
            let name = try api.store.entity(kind: .member, externalID: "m-1")?.firstName
            #expect(name == (replaced == 200 ? "Ada" : ""), "\(permission)")
            if permission == .createDirectory {
                #expect(second.text.contains("You need the permission directory:update:all."))
            }
        }
    }

    @Test("A body without a line is rejected and starts no import", arguments: ["", "\n\r\n \n", "\u{FEFF}\n"])
    func empty(_ body: String) throws {
        let api = try APIFixture()
        let answer = post(api, "members", body)
        #expect(answer.status == 400)
        #expect(answer.text.contains("The body holds no line."))
        #expect(try api.fixture.audited().isEmpty)
    }

    @Test("NDJSON imports the valid lines and names the others")
    func lines() throws {
        let api = try APIFixture()
        #expect(post(api, "locations", #"{"external_id":"l-1","name":"HQ"}"#).json["created"] == 1)
        let answer = post(
            api, "members",
            """
            {"external_id":"m-1","first_name":"Ada","location":"l-1"}
            {"external_id":"m-2","email":"nonsense"}

            {"external_id":"m-3","location":"l-9"}
            not json
            {"external_id":"m-1","last_name":"Lovelace"}
            """)
        #expect(answer.status == 200)
        #expect(answer.json["created"] == 1)
        #expect(answer.json["updated"] == 1)
        #expect(answer.json["rejected"] == 3)
        #expect(answer.json["errors"]?.items.map { $0["line"] } == [2, 4, 5])
        #expect(answer.json["errors"]?.items[1]["errors"]?.items.first?["field"] == "location")
        let ada = api.call(.get, "\(Self.members)/m-1").json
        #expect(ada["first_name"] == "Ada")
        #expect(ada["last_name"] == "Lovelace")
        #expect(ada["location"] == "l-1")
        #expect(post(api, "members", "a,b", type: "text/csv").status == 415)
        #expect(post(api, "members", "").status == 400)
        let paid = post(
            api, "transactions", #"{"external_id":"t-1","member":"m-1","amount":"450.00","reference":"R-1"}"#)
        #expect(paid.json["created"] == 1)
        #expect(api.call(.get, "/api/v1/entities/transactions/t-1").json["amount"] == "450.00")
    }

    @Test("An interrupted import does not claim that nothing was changed")
    func interrupted() {
        let full = Failure(ImportInterrupted(StoreUnavailable(isFull: true, detail: "")))
        #expect(full.status == 507)
        #expect(full.detail == "Some lines may have been saved. Send all of them again: nothing is saved twice.")
        #expect(Failure(ImportInterrupted(StoreConflict.notFound)).status == 404)
    }

    @Test("A list is searched, filtered and paginated")
    func list() throws {
        let api = try APIFixture()
        let body = (1...5).map {
            #"{"external_id":"m-\#($0)","first_name":"N\#($0)","attributes":{"tier":"\#($0 % 2 == 0 ? "gold" : "silver")"}}"#
        }.joined(separator: "\n")
        #expect(post(api, "members", body).json["created"] == 5)
        func ids(_ query: String) -> [String?] {
            api.call(.get, Self.members + query).json["items"]?.items.map { $0["external_id"]?.string } ?? []
        }
        #expect(ids("?filter=tier:gold") == ["m-4", "m-2"])
        #expect(ids("?filter%5Btier%5D=gold&q=N4") == ["m-4"])
        #expect(ids("?filter=tier:gold&filter=first_name:n2") == ["m-2"])
        let first = api.call(.get, Self.members + "?limit=2").json
        #expect(ids("?limit=2&after=\(first["next"]?.string ?? "")") == ["m-3", "m-2"])
        #expect(api.call(.get, Self.members + "?tier=gold").fields == ["tier"])
        #expect(api.call(.get, Self.members + "?filter=gold").fields == ["filter"])
    }

    @Test("Each call requires its own permission")
    func permissions() throws {
        let reader = try APIFixture([.readDirectory])
        #expect(reader.call(.get, Self.members).status == 200)
        #expect(reader.send(.put, "\(Self.members)/m-1", "{}").status == 403)
        #expect(post(reader, "members", #"{"external_id":"m-1"}"#).status == 403)
        let maker = try APIFixture([.createDirectory])
        #expect(maker.send(.put, "\(Self.members)/m-1", "{}").status == 201)
        let refused = maker.send(.put, "\(Self.members)/m-1", #"{"first_name":"Ada"}"#)
        #expect(refused.status == 403)
        #expect(refused.text.contains("directory:update:all"))
        #expect(maker.call(.get, Self.members).status == 403)
        #expect(maker.call(.delete, "\(Self.members)/m-1").status == 403)
    }
}
