import Foundation
import HTTPServing
import Messaging
import Testing

@testable import Console

/// Every route, asked by everybody, beside the table of what they may.
@Suite("Every route and everybody who may ask")
struct RouteWalkTests {
    struct Line: Sendable {
        var method: HTTPServing.Method
        var pattern: String
        /// `nil`: no permission is asked; otherwise any one is enough, and an empty set asks for a sign-in only.
        var permissions: [String]?
        var module: Module?

        /// A path of this pattern. What it names does not exist, so nothing is done by whoever may.
        var path: String {
            pattern.replacing("{kind}", with: "members").replacing("{rest...}", with: "none")
                .replacing(/\{[^}]+\}/, with: "999999")
        }
    }

    static let table: [String: Line] = {
        let lines = RoutePermissions.table.split(separator: "\n").map { line in
            let parts = line.components(separatedBy: " · ")
            let head = parts[0].split(separator: " ")
            let permissions: [String]? =
                switch parts[1] {
                case "open": nil
                case "signed in": []
                default: parts[1].components(separatedBy: " or ")
                }
            return (
                parts[0],
                Line(
                    method: HTTPServing.Method(rawValue: String(head[0])), pattern: String(head[1]),
                    permissions: permissions, module: Module(rawValue: parts[2]))
            )
        }
        return Dictionary(uniqueKeysWithValues: lines)
    }()

    private static func name(_ route: Route) -> String { "\(route.method.rawValue) \(route.pattern)" }

    @Test("the table and the site have the same routes")
    func complete() {
        let routes = Set(Routes.all.map(Self.name))
        #expect(routes.subtracting(Self.table.keys).sorted() == [], "put these into RoutePermissions")
        #expect(Set(Self.table.keys).subtracting(routes).sorted() == [], "these are gone")
    }

    @Test("every permission the table names is one of the program's")
    func known() {
        for line in Self.table.values {
            for permission in line.permissions ?? [] {
                #expect(Permission(rawValue: permission) != nil, "\(line.pattern): \(permission)")
            }
        }
    }

    @Test("each module is what the table says", arguments: Routes.all.map(name))
    func modules(_ route: String) throws {
        let line = try #require(Self.table[route])
        #expect(Module.of(line.pattern) == line.module)
    }

    /// Roles of people, `nobody`, and `nothing`, a role without permissions.
    @Test(
        "people get what their role allows, and nothing else",
        arguments: Role.builtIn.map(\.name) + ["nothing", "nobody"])
    func people(_ role: String) throws {
        let fixture = role == "nobody" ? try SiteFixture() : try person(role)
        let held = try fixture.role(role)?.permissions ?? []
        for line in walked(.page) {
            let answer = ask(fixture, line)
            if role == "nobody" {
                #expect(isSentToSignIn(answer), "\(line.method) \(line.path): \(answer.status)")
            } else {
                #expect(isRefused(answer, line) == !Self.admits(line, held), "\(line.method) \(line.path)")
                #expect(!isSentToSignIn(answer), "\(line.method) \(line.path)")
            }
        }
        for line in walked(.program) {
            #expect(ask(fixture, line).status == 401, "\(line.method) \(line.path)")
        }
    }

    @Test("programs get what their token allows, and no page", arguments: Role.builtIn.map(\.name) + ["nothing"])
    func programs(_ role: String) throws {
        let held = Role.builtIn.first { $0.name == role }?.permissions ?? []
        let api = try APIFixture(held)
        for line in walked(.program) {
            let answer = api.send(line.method, line.path, "{}")
            #expect(isRefused(answer, line) == !Self.admits(line, held), "\(line.method) \(line.path)")
            #expect(answer.status != 401, "\(line.method) \(line.path)")
        }
        for line in walked(.page) where line.method == .get {
            #expect(isSentToSignIn(api.call(.get, line.path)), "\(line.path)")
        }
    }

    @Test("a module that is off is not there for anybody", arguments: Module.allCases)
    func off(_ module: Module) throws {
        let fixture = try SiteFixture.signedIn()
        let token = Secrets.randomToken()
        _ = try fixture.store.createToken(
            name: "all", hash: Secrets.hash(token), permissions: Set(Permission.allCases), at: fixture.now)
        try fixture.store.setModule(module, isOn: false, by: "test", at: fixture.now)
        fixture.pass(SiteParts.modulesFreshness)
        for line in Self.table.values where line.permissions != nil {
            let isOff = line.module == module || line.module?.whole == module
            let headers = [("Authorization", "Bearer \(token)")]
            var request = Request(line.method, line.path, form: [("csrf", fixture.csrf)], headers: Headers(headers))
            request.cookies = fixture.cookies
            let answer = fixture.send(request)
            if isOff {
                #expect(answer.status == 404, "\(line.method) \(line.path)")
            } else {
                #expect(![401, 403, 405, 500].contains(answer.status), "\(line.method) \(line.path)")
            }
        }
    }

    // MARK: Asking

    private func person(_ role: String) throws -> SiteFixture {
        guard role == "nothing" else { return try SiteFixture.signedIn(as: role) }
        let fixture = try SiteFixture()
        _ = try fixture.store.createRole(name: role, permissions: [])
        try fixture.addUser(role: role)
        fixture.signIn("ada@example.org")
        return fixture
    }

    /// Routes that ask for something, of one face.
    private func walked(_ face: Route.RouteAudience) -> [Line] {
        Routes.all.filter { $0.face == face }.compactMap { Self.table[Self.name($0)] }.filter { $0.permissions != nil }
    }

    private func ask(_ fixture: SiteFixture, _ line: Line) -> Response {
        line.method == .get
            ? fixture.get(line.path)
            : fixture.send(Request(line.method, line.path, form: [("csrf", fixture.csrf)]))
    }

    private static func admits(_ line: Line, _ held: Set<Permission>) -> Bool {
        guard let permissions = line.permissions, !permissions.isEmpty else { return true }
        return permissions.contains { name in held.contains { $0.rawValue == name } }
    }

    /// Refused by the route itself, which names all that would do.
    private func isRefused(_ response: Response, _ line: Line) -> Bool {
        let names = (line.permissions ?? []).sorted().joined(separator: " or ")
        return response.status == 403 && response.text.contains("You need the permission \(names).")
    }

    private func isSentToSignIn(_ response: Response) -> Bool {
        response.status == 303 && response.location?.hasPrefix("/login") == true
    }
}
