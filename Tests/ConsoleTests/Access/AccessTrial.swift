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

    /// Hands over all that is due; it comes back accepted, refused for good, or without an answer.
    func settle(_ event: MessageEvent, reference: String = "") throws {
        let claims = try store.dueQueues(at: now).map {
            ClaimRequest(queue: $0, providerID: 1, share: 99, fromAddress: "hello@example.org")
        }
        let lease = try store.beginLease(host: "test", pid: 1, at: now)
        let claimed = try store.recordAndClaim([], claims: claims, slots: [1: 99], lease: lease, at: now).claimed
        let result: AttemptResult =
            switch event {
            case .accepted: .accepted
            case .refused: .refused
            default: .inDoubt
            }
        let completions = claimed.map {
            AttemptCompletion(
                messageID: $0.id, attempt: $0.attempt, broadcastID: $0.broadcastID, providerID: 1, event: event,
                result: result, detail: "", reference: reference, expectsReceipts: event == .accepted)
        }
        _ = try store.recordAndClaim(completions, claims: [], slots: [:], lease: lease, at: now)
    }

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
