import HTTPServing
import Messaging

@testable import Console

extension SiteFixture {
    /// Somebody signed in whose role, `helper`, has just these permissions; an owner, Ada, is there too.
    static func helper(_ permissions: Set<Permission>) throws -> SiteFixture {
        let fixture = try SiteFixture()
        try fixture.addUser()
        _ = try fixture.store.createRole(name: "helper", permissions: permissions)
        try fixture.addUser("bob@example.org", role: "helper")
        fixture.signIn("bob@example.org")
        return fixture
    }

    func signIn(_ email: String) {
        forgetCookies()
        _ = get("/login")
        _ = post("/login", [("email", email), ("password", Self.password)])
        _ = get("/app/account")
    }

    func role(_ name: String) throws -> Role? { try store.roles().first { $0.name == name } }
    func roleID(_ name: String) throws -> String { String(try role(name)?.id ?? 0) }
    func user(_ email: String) throws -> User? { try store.user(email: email)?.user }

    /// What the audit has, the latest first.
    func audited(_ action: String = "") throws -> [AuditEntry] {
        try store.audit(AuditFilter(action: action), from: .newest, limit: 200).items.map(\.entry)
    }
}

extension Response {
    /// The path of the one-time link on the page.
    var oneTimeLink: String? { text.firstMatch(of: /\/setup\/[A-Za-z0-9_-]{43}/).map { String($0.output) } }
    /// The value of a field whose id is known.
    func value(of id: String) -> String? {
        guard let start = text.range(of: "id=\"\(id)\" value=\"") else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "\"" })
    }
}
