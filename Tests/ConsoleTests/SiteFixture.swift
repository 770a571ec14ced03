import Foundation
import HTTPServing
import Logging
import Messaging
import Numbering
import Providers
import Synchronization
import TestSupport

@testable import Console

/// The whole site with a fresh store, used without sockets. Acts as one browser: it keeps cookies and the CSRF token of
/// the last page.
final class SiteFixture: Sendable {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let password = "four words of Ada"

    /// Parsed once for all tests.
    private static let pages = Result { try Pages(folder: root + "/Templates", reload: false) }

    let temporary: TemporaryStore
    let site: Site
    let tester = FakeProviderTester()
    let log = Journal()
    private let clockwork = Clockwork()
    private let jar = Mutex<[String: String]>([:])
    private let token = Mutex("")

    init(
        publicURL: String? = nil, trustedProxies: [String] = [], health: Health? = nil, logLevel: Logger.Level = .trace
    ) throws {
        temporary = try TemporaryStore(catalog: Catalog.all)
        let (journal, clockwork) = (log, clockwork)
        var logger = Logger(label: "test") { _ in journal }
        logger.logLevel = logLevel
        temporary.store.listen { [clockwork] signal in
            if signal == .delivery { clockwork.wakes.withLock { $0 += 1 } }
        }
        let unsubscribe = UnsubscribeLinks(publicURL: publicURL, tokens: temporary.store)
        let services = Services(
            reading: temporary.store,
            useCases: UseCases(
                store: temporary.store, phones: NumberingPlan(), catalog: Catalog.all, unsubscribe: unsubscribe),
            unsubscribe: unsubscribe, phones: NumberingPlan(), catalog: Catalog.all, tester: tester,
            health: { health ?? Health(storeWritable: true, loopRunning: true) }, metricsText: { "up 1\n" },
            clock: WallClock { clockwork.time.withLock { $0 } }, logger: logger)
        let configuration = SiteConfiguration(
            templates: Self.root + "/Templates", assets: Self.root + "/Public", publicURL: publicURL,
            trustedProxies: trustedProxies, imports: temporary.folder + "/imports")
        site = try Site(services: services, configuration: configuration, pages: Self.pages.get())
    }

    var store:
        any BroadcastStore & MessageStore & ProviderStore & SandboxItems & InboxStore & ThreadStore & OutboxStore
            & DirectoryStore & DeviceStore & NoticeStore & ChannelStore & ImportStore & TemplateStore & AccessStore
            & BulkStore & SuppressionStore & MessageTokens
    { temporary.store }
    var now: Timestamp { clockwork.time.withLock { $0 } }
    var wakeCount: Int { clockwork.wakes.withLock { $0 } }
    var cookies: [String: String] { jar.withLock { $0 } }
    var csrf: String { token.withLock { $0 } }
    func pass(_ duration: Duration) { clockwork.time.withLock { $0 = $0 + duration } }
    func forgetCookies() { jar.withLock { $0 = [:] } }

    // MARK: Users

    @discardableResult
    func addUser(_ email: String = "ada@example.org", role: String = "owner") throws -> Int64 {
        try store.createUser(
            email: email, name: "Ada Lovelace", roleName: role,
            passwordHash: Passwords.hash(Self.password, cost: .init(logN: 4)), timeZone: "Africa/Johannesburg", at: now)
    }

    /// Signs a user in through the form.
    static func signedIn(
        as role: String = "owner", publicURL: String? = nil, trustedProxies: [String] = []
    ) throws -> SiteFixture {
        let fixture = try SiteFixture(publicURL: publicURL, trustedProxies: trustedProxies)
        try fixture.addUser(role: role)
        _ = fixture.get("/login")
        _ = fixture.post("/login", [("email", "ada@example.org"), ("password", password)])
        _ = fixture.get("/app/account")
        return fixture
    }

    /// Form field with the version of a draft.
    func version(of broadcast: Int64) throws -> (String, String) {
        ("version", String(try store.broadcast(broadcast)?.version ?? 0))
    }

    // MARK: Requests

    func send(_ request: Request) -> Response {
        var request = request
        if request.headers["Cookie"] == nil { request.cookies = cookies }
        let response: Response
        switch site.reply(to: request) {
        case .now(let answer): response = answer
        case .later(let work), .waiting(let work): response = work()
        }
        keep(response)
        return response
    }

    func get(_ target: String, headers: [(String, String)] = []) -> Response {
        send(Request(.get, target, headers: Headers(headers)))
    }

    /// Posts a form with the CSRF token of the last page.
    func post(_ target: String, _ form: [(String, String)] = [], headers: [(String, String)] = []) -> Response {
        send(Request(.post, target, form: form + [("csrf", csrf)], headers: Headers(headers)))
    }

    private func keep(_ response: Response) {
        for line in response.headers.all("Set-Cookie") {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let gone = line.contains("Max-Age=0")
            jar.withLock { $0[String(pair[0])] = gone ? nil : String(pair[1]) }
        }
        let found = response.text.range(of: #"name="csrf" value=""#)
        if let found {
            let value = response.text[found.upperBound...].prefix { $0 != "\"" }
            token.withLock { $0 = String(value) }
        }
    }
}

extension Response {
    /// Body of the response; in a page, line breaks with the surrounding white space are collapsed to one space, as in
    /// a browser.
    var text: String {
        guard case .bytes(let bytes) = body else { return "" }
        let text = String(decoding: bytes, as: UTF8.self)
        return headers["Content-Type"]?.hasPrefix("text/html") == true ? text.replacing(/\s*\n\s*/, with: " ") : text
    }

    var location: String? { headers["Location"] }
}

/// State that outlives the fixture in the site's closures.
private final class Clockwork: Sendable {
    let time = Mutex(Timestamp(rfc3339: "2026-11-21T12:00:00Z") ?? Timestamp(milliseconds: 0))
    let wakes = Mutex(0)
}

/// Provider tester with a fixed result that records its calls.
final class FakeProviderTester: ProviderTester {
    let answer = Mutex(ProviderTestReport(accepted: true, transcript: ["250 2.0.0 Ok"], summary: "Accepted."))
    let seen = Mutex<[(account: ProviderAccount, outbound: OutboundMessage)]>([])

    func test(_ account: ProviderAccount, outbound: OutboundMessage) -> ProviderTestReport {
        seen.withLock { $0.append((account, outbound)) }
        return answer.withLock { $0 }
    }
}

/// Collects the log lines of a test.
final class Journal: LogHandler {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    private let level = Mutex(Logger.Level.trace)
    var logLevel: Logger.Level {
        get { level.withLock { $0 } }
        set { level.withLock { $0 = newValue } }
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let pairs = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        kept.withLock { $0.append("\(event.level) \(event.message) \(pairs)") }
    }
}
