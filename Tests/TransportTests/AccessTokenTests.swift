import Foundation
import Logging
import Messaging
import Synchronization
import TestSupport
import Testing

@testable import Transport

/// Fetches a token from its server with a secret and sends messages to the same server.
private struct TokenProvider: AccessTokenProvider {
    static let kind = "token"
    static let title = "Token"
    static let deliveryChannels: Set<DeliveryChannel> = [.sms]
    static let fields: [SettingField] = []
    static let capabilities = ProviderCapabilities()
    let fromAddress = ""
    let maxConnections = 4
    let port: String
    let client: String
    let secrets = ["cl1ent-secret"]
    let tokenScope = "client-1"

    init(account: ProviderAccount) throws(InvalidSettings) {
        port = account.settings["port"]
        client = account.settings["client"]
    }

    var endpoint: HTTPEndpoint { HTTPEndpoint(url: "http://127.0.0.1:\(port)/messages") }

    func transfer(for outbound: OutboundMessage) throws(MessageRefused) -> Transfer {
        .http(HTTPTransfer(url: endpoint.url, body: MessageBody(Array(outbound.messageToken.utf8))))
    }

    func tokenRequest(at: Timestamp) -> HTTPTransfer {
        HTTPTransfer(
            url: "http://127.0.0.1:\(port)/token", headers: [HTTPHeader("X-Client", client)],
            body: MessageBody(Array(secrets[0].utf8)))
    }

    func token(from response: HTTPResponse) throws(TokenRefused) -> ProviderToken {
        let body = String(decoding: response.body, as: UTF8.self)
        let json = response.status == 200 ? try? MergeValue(json: body) : nil
        if let value = json?[path: "access_token"]?.text, let lifetime = json?[path: "expires_in"]?.text {
            if let seconds = Double(lifetime) {
                return ProviderToken(value: value, expiresIn: seconds, from: response.at)
            }
            if let moment = Timestamp(rfc3339: lifetime) { return ProviderToken(value: value, expiresAt: moment) }
        }
        throw TokenRefused(
            "\(response.status) \(response.reason) \(body)", isConfiguration: response.status == 400)
    }

    func outcome(of response: HTTPResponse) -> Outcome {
        switch response.status {
        case 200...299: .accepted(reference: "", detail: words(of: response))
        case 401: .notHandedOver(detail: "The token is not accepted: \(words(of: response))")
        default: .refused(detail: words(of: response), addressIsDead: false)
        }
    }
}

/// Issues the tokens `t1`, `t2` … and accepts messages that carry a valid one.
private final class TokenServer: Sendable {
    struct Contents {
        var fetches = 0
        var lifetime = "3600"
        /// Valid tokens; `nil` accepts each token once it is issued.
        var accepted: Set<String>?
        /// Error response returned instead of a token.
        var fault: String?
        /// Tokens with which each message was accepted, one per acceptance.
        var messages: [String: [String]] = [:]
        var refused = 0
    }
    let contents = Mutex(Contents())
    let bell = Bell()
    /// Awaited before each token after the first.
    let gate = DispatchSemaphore(value: 0)
    let isGated: Bool
    private let server = Mutex<ScriptedServer?>(nil)

    init(isGated: Bool = false) throws {
        self.isGated = isGated
        let made = try ScriptedServer { [self] connection in
            while let request = connection.hearRequest() {
                if request.line.contains("/token") {
                    self.giveToken(connection)
                } else {
                    self.take(request, connection)
                }
            }
        }
        server.withLock { $0 = made }
    }

    func close() { server.withLock { $0?.close() } }

    var account: ProviderAccount { account() }

    func account(client: String = "switchboard") -> ProviderAccount {
        Fixture.account(
            ["port": "\(server.withLock { $0?.port ?? 0 })", "client": client], kind: TokenProvider.kind,
            channel: .sms)
    }

    private func giveToken(_ connection: ServerConnection) {
        let (number, lifetime, fault) = contents.withLock { contents in
            contents.fetches += 1
            return (contents.fetches, contents.lifetime, contents.fault)
        }
        bell.ring()
        if isGated && number > 1 { gate.wait() }
        if let fault { return connection.response(fault, body: "wrong cl1ent-secret") }
        connection.response("200 OK", body: #"{"access_token": "t\#(number)", "expires_in": \#(lifetime)}"#)
    }

    private func take(_ request: HeardRequest, _ connection: ServerConnection) {
        let said = request.headers["authorization"] ?? ""
        let token = said.replacing("Bearer ", with: "")
        let isAccepted = contents.withLock { contents in
            let isAccepted = contents.accepted?.contains(token) ?? true
            if isAccepted { contents.messages[request.body, default: []].append(token) } else { contents.refused += 1 }
            return isAccepted
        }
        bell.ring()
        connection.response(
            isAccepted ? "202 Accepted" : "401 Unauthorized", "X-Echo: \(said)\r\n", body: "you said \(token)")
    }

    func submissions(_ ids: ClosedRange<Int64>) throws -> [Submission] {
        let provider = try TokenProvider(account: account)
        return try ids.map { id in
            Submission(
                messageID: id, attempt: 1, providerID: 1,
                transfer: try provider.transfer(for: Fixture.outbound(channel: .sms, token: "m-\(id)")))
        }
    }
}

private final class MemoryTokens: ProviderTokenStore {
    let kept = Mutex<[String: ProviderToken]>([:])

    func providerToken(_ providerID: Int64, scope: String) throws -> ProviderToken? {
        kept.withLock { $0["\(providerID) \(scope)"] }
    }
    func keep(_ token: ProviderToken, for account: ProviderAccount, scope: String) throws {
        kept.withLock { $0["\(account.id) \(scope)"] = token }
    }
    func forgetProviderToken(_ providerID: Int64, scope: String) throws {
        kept.withLock { $0["\(providerID) \(scope)"] = nil }
    }
    func keep(_ value: String, until expiresAt: Timestamp) {
        kept.withLock { $0["1 client-1"] = ProviderToken(value: value, expiresAt: expiresAt) }
    }
    var token: ProviderToken? { kept.withLock { $0["1 client-1"] } }
    var value: String? { token?.value }
}

@Suite("Access tokens")
struct AccessTokenTests {
    private let catalog = ProviderCatalog([TokenProvider.self], networks: .anywhere)

    private func rig(
        _ server: TokenServer, _ tokens: MemoryTokens = MemoryTokens(), account: ProviderAccount? = nil,
        change: (inout ConnectionTimings) -> Void = { _ in }
    ) throws -> TransportRig {
        var timings = ConnectionTimings()
        timings.firstConfigurationRetry = .milliseconds(5)
        change(&timings)
        return try TransportRig(timings: timings, catalog: catalog, tokens: tokens, account ?? server.account)
    }

    @Test("One token is fetched before any message is claimed, shared by all messages, and stored")
    func fetchedOnce() throws {
        let server = try TokenServer()
        defer { server.close() }
        let tokens = MemoryTokens()
        let rig = try rig(server, tokens)
        #expect(rig.reaches())
        for batch in 0..<10 {
            let first = Int64(batch * 4 + 1)
            rig.transport.submit(try server.submissions(first...(first + 3)))
            #expect(rig.collects((batch + 1) * 4))
        }
        #expect(rig.answers.values.allSatisfy { $0.status == 202 })
        let contents = server.contents.withLock { $0 }
        #expect(contents.fetches == 1)
        #expect(contents.messages.count == 40)
        #expect(contents.messages.values.allSatisfy { $0 == ["t1"] })
        rig.transport.stop(grace: .seconds(5))
        #expect(tokens.value == "t1")
    }

    @Test("A stored token is reused after a restart", arguments: [(3600, 0), (30, 1), (-5, 1)])
    func kept(secondsLeft: Int, fetches: Int) throws {
        let server = try TokenServer()
        defer { server.close() }
        let tokens = MemoryTokens()
        tokens.keep("kept", until: .now() + .seconds(secondsLeft))
        let rig = try rig(server, tokens)
        #expect(rig.reaches())
        rig.transport.submit(try server.submissions(1...1))
        #expect(rig.collects(1))
        let contents = server.contents.withLock { $0 }
        #expect(contents.fetches == fetches)
        #expect(contents.messages == ["m-1": [fetches == 0 ? "kept" : "t1"]])
    }

    @Test("A rejected token is replaced once, and every message is sent once")
    func refused() throws {
        let server = try TokenServer()
        defer { server.close() }
        let tokens = MemoryTokens()
        let rig = try rig(server, tokens)
        #expect(rig.reaches())
        server.contents.withLock { $0.accepted = ["t2"] }
        rig.transport.submit(try server.submissions(1...4))
        #expect(rig.collects(4))
        #expect(rig.answers.values.allSatisfy { $0.status == 202 })
        #expect(rig.repeats == 0)
        let contents = server.contents.withLock { $0 }
        #expect(contents.fetches == 2)
        #expect(contents.refused >= 1)
        #expect(contents.messages == ["m-1": ["t2"], "m-2": ["t2"], "m-3": ["t2"], "m-4": ["t2"]])
        rig.transport.stop(grace: .seconds(5))
        #expect(tokens.value == "t2")
    }

    @Test("A replacement that is also rejected is an account error, and neither token nor secret is disclosed")
    func refusedAgain() throws {
        let server = try TokenServer()
        defer { server.close() }
        let tokens = MemoryTokens()
        let rig = try rig(server, tokens)
        #expect(rig.reaches())
        server.contents.withLock { $0.accepted = [] }
        rig.transport.submit(try server.submissions(1...1))
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.status == 401)
        let contents = server.contents.withLock { $0 }
        #expect(contents.fetches == 2)
        #expect(contents.refused == 2)
        #expect(rig.waits { $0.capacity == 0 && $0.trouble?.contains("you said •••") == true })
        // Until one is accepted, messages are tried one at a time.
        #expect(rig.waits { $0.retryAt == nil })
        #expect(rig.reaches(capacity: 1))
        rig.transport.submit(try server.submissions(2...2))
        #expect(rig.collects(2))
        #expect(rig.answers[2]?.status == 401)
        let later = server.contents.withLock { $0 }
        #expect(later.fetches == 3)
        #expect(later.refused == 3)
        rig.transport.stop(grace: .seconds(5))
        #expect(tokens.value == nil)
    }

    @Test("A token is renewed before it expires while the provider is in use")
    func refreshed() throws {
        let server = try TokenServer()
        defer { server.close() }
        server.contents.withLock { $0.lifetime = "1" }
        let rig = try rig(server)
        #expect(rig.reaches())
        #expect(server.bell.wait { server.contents.withLock { $0.fetches } >= 2 })
        server.contents.withLock { $0.lifetime = "3600" }
        #expect(server.bell.wait { server.contents.withLock { $0.fetches } >= 3 })
        #expect(rig.reaches())
        rig.transport.submit(try server.submissions(1...1))
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.status == 202)
        #expect(server.contents.withLock { $0.messages["m-1"] } != ["t1"])
    }

    @Test(
        "A token without a practical expiry is held and stored for a month",
        arguments: ["10000000000", "1e300", #""9999-12-31T23:59:59Z""#])
    func everlasting(lifetime: String) throws {
        let server = try TokenServer()
        defer { server.close() }
        server.contents.withLock { $0.lifetime = lifetime }
        let tokens = MemoryTokens()
        let rig = try rig(server, tokens)
        #expect(rig.reaches())
        rig.transport.submit(try server.submissions(1...1))
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.status == 202)
        rig.transport.stop(grace: .seconds(5))
        let kept = try #require(tokens.token)
        #expect(kept.expiresAt <= .now() + ProviderToken.longestLifetime)
        #expect(kept.expiresAt > .now() + .seconds(29 * 86_400))
    }

    @Test("A stored token without a practical expiry is used", arguments: [253_402_300_799_000, Int64.max])
    func keptForEver(milliseconds: Int64) throws {
        let server = try TokenServer()
        defer { server.close() }
        let tokens = MemoryTokens()
        tokens.keep("kept", until: Timestamp(milliseconds: milliseconds))
        let rig = try rig(server, tokens)
        #expect(rig.reaches())
        rig.transport.submit(try server.submissions(1...1))
        #expect(rig.collects(1))
        #expect(server.contents.withLock { $0.messages } == ["m-1": ["kept"]])
    }

    @Test("A failed refresh is reported and retried later, while messages use the previous token")
    func refreshFails() throws {
        let server = try TokenServer()
        defer { server.close() }
        server.contents.withLock { $0.lifetime = "4" }
        let rig = try rig(server) {
            $0.firstRetry = .milliseconds(1)
            $0.firstConfigurationRetry = .seconds(3600)
            $0.longestConfigurationRetry = .seconds(3600)
        }
        #expect(rig.reaches())
        server.contents.withLock { $0.fault = "400 Bad Request" }
        #expect(rig.waits { $0.trouble == "400 Bad Request wrong •••" && $0.capacity == 4 && $0.retryAt == nil })
        rig.transport.submit(try server.submissions(1...4))
        #expect(rig.collects(4))
        #expect(rig.answers.values.allSatisfy { $0.status == 202 })
        #expect(server.contents.withLock { $0.fetches } == 2)
    }

    @Test("A token request that is not valid HTTP is reported, and waiting messages are returned")
    func impossibleRequest() throws {
        let server = try TokenServer()
        defer { server.close() }
        let trouble = "The request for an access token is not valid HTTP."
        let account = server.account(client: "switchboard\r\nX-Admin: yes")
        let without = try rig(server, account: account) { $0.firstConfigurationRetry = .seconds(60) }
        without.transport.open(connections: 1, to: 1)
        #expect(without.waits { $0.trouble == trouble && $0.capacity == 0 && $0.retryAt != nil })
        let tokens = MemoryTokens()
        tokens.keep("kept", until: .now() + .seconds(3600))
        server.contents.withLock { $0.accepted = [] }
        let rig = try rig(server, tokens, account: account)
        #expect(rig.reaches())
        rig.transport.submit(try server.submissions(1...4))
        #expect(rig.collects(4))
        #expect(
            rig.answers.values.allSatisfy { $0 == .brokenConnection(detail: trouble, handedOver: false) })
        #expect(server.contents.withLock { $0.fetches } == 0)
    }

    @Test(
        "Without a token nothing is claimed, and the report gives the reason",
        arguments: ["400 Bad Request", "500 Oops"])
    func none(fault: String) throws {
        let server = try TokenServer()
        defer { server.close() }
        server.contents.withLock { $0.fault = fault }
        let rig = try rig(server)
        rig.transport.open(connections: 1, to: 1)
        #expect(rig.waits { $0.trouble == "\(fault) wrong •••" })
        #expect(rig.report()?.capacity == 0)
        rig.transport.submit(try server.submissions(1...1))
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.isNotHandedOver == true)
        #expect(server.contents.withLock { $0.messages.isEmpty && $0.refused == 0 })
    }

    @Test("Messages waiting for a token are returned if the fetch fails")
    func waitingInVain() throws {
        let server = try TokenServer()
        defer { server.close() }
        let rig = try rig(server)
        #expect(rig.reaches())
        server.contents.withLock {
            $0.accepted = []
            $0.fault = "400 Bad Request"
        }
        rig.transport.submit(try server.submissions(1...4))
        #expect(rig.collects(4))
        #expect(rig.answers.values.allSatisfy { $0.isNotHandedOver })
        #expect(rig.waits { $0.capacity == 0 && $0.trouble?.contains("400 Bad Request") == true })
    }

    @Test(
        "Messages waiting for a token can be cancelled, and are returned at shutdown", arguments: [true, false])
    func waiting(isCalledBack: Bool) throws {
        let server = try TokenServer(isGated: true)
        defer { server.close() }
        let rig = try rig(server)
        #expect(rig.reaches())
        server.contents.withLock { $0.accepted = [] }
        rig.transport.submit(try server.submissions(1...1))
        #expect(server.bell.wait { server.contents.withLock { $0.fetches } == 2 })
        if isCalledBack { rig.transport.cancel([1]) } else { rig.transport.stop(grace: .seconds(5)) }
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.isNotHandedOver == true)
        server.gate.signal()
    }

    @Test("A provider test fetches a token of its own and shows neither it nor the secret")
    func tested() throws {
        let server = try TokenServer()
        defer { server.close() }
        let tester = LiveProviderTester(catalog: catalog)
        let report = tester.test(server.account, outbound: Fixture.outbound(channel: .sms))
        #expect(report.accepted)
        #expect(server.contents.withLock { $0.messages["m-41"] } == ["t1"])
        #expect(report.summary == "Accepted: 202 Accepted you said •••")
        #expect(report.transcript.contains("X-Echo: Bearer •••"))
        #expect(!report.transcript.joined().contains("t1"))
        server.contents.withLock { $0.fault = "400 Bad Request" }
        let refused = tester.test(server.account, outbound: Fixture.outbound(channel: .sms))
        #expect(!refused.accepted)
        #expect(refused.summary == "No access token was given: 400 Bad Request wrong •••")
    }

    @Test("A token in an unreadable response is not shown")
    func unreadable() throws {
        let server = try TokenServer()
        defer { server.close() }
        server.contents.withLock { $0.lifetime = #""soon""# }
        let report = LiveProviderTester(catalog: catalog).test(
            server.account, outbound: Fixture.outbound(channel: .sms))
        let words = #"200 OK {"access_token": "•••", "expires_in": "soon"}"#
        #expect(report.summary == "No access token was given: \(words)")
        let rig = try rig(server)
        rig.transport.open(connections: 1, to: 1)
        #expect(rig.waits { $0.trouble == words })
        server.contents.withLock { $0.fault = "200 OK" }
        let notJSON = LiveProviderTester(catalog: catalog).test(
            server.account, outbound: Fixture.outbound(channel: .sms))
        #expect(
            notJSON.summary
                == "No access token was given: The provider answered 200, and not with an access token.")
    }
}

/// Tests the pools without their thread: the test decides the order of events.
@Suite("Access tokens, step by step")
struct AccessTokenStepTests {
    private let mailbox: TransportMailbox
    private let pools: HTTPConnectionPools
    private let now = Tick.now()

    init() throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        mailbox = try TransportMailbox()
        pools = HTTPConnectionPools(
            eventLoop: try EventLoop(bell: mailbox.bell), catalog: ProviderCatalog([TokenProvider.self]),
            keptTokens: KeptTokens(store: nil, mailbox: mailbox, logger: logger), clock: .system,
            timings: .standard, logger: logger)
    }

    private func account(client: String = "a") -> ProviderAccount {
        Fixture.account(["port": "9", "client": client], kind: TokenProvider.kind, channel: .sms)
    }

    private func token(_ value: String = "kept") -> ProviderToken {
        ProviderToken(value: value, expiresAt: .now() + .seconds(3600))
    }

    @Test("A token read during shutdown starts nothing")
    func readTooLate() {
        pools.use([account()])
        pools.open(1, now: now)
        pools.stop()
        pools.tokenRead(token(), account(), now: now)
        #expect(pools.isIdle)
        pools.tokenRead(nil, account(), now: now)
        #expect(pools.isIdle)
    }

    @Test(
        "Connection attempts and token fetches end with the grace period", arguments: [true, false])
    func abandoned(isKept: Bool) {
        pools.use([account()])
        pools.open(1, now: now)
        pools.tokenRead(isKept ? token() : nil, account(), now: now)
        #expect(!pools.isIdle)
        pools.abandon()
        #expect(pools.isIdle)
    }

    @Test("A token read for earlier settings is not used")
    func readForOthers() {
        pools.use([account(client: "a")])
        pools.open(1, now: now)
        pools.use([account(client: "b")])
        pools.open(1, now: now)
        pools.tokenRead(token("of a"), account(client: "a"), now: now)
        #expect(pools.pools[1]?.token.held == nil)
        #expect(pools.pools[1]?.token.isReading == true)
        pools.tokenRead(token("of b"), account(client: "b"), now: now)
        #expect(pools.pools[1]?.token.held?.value == "of b")
        pools.abandon()
    }

    @Test("A failed refresh is retried after 1, 2, 4 s, or after 60, 120 s if the settings are at fault")
    func backsOff() {
        let timings = ConnectionTimings.standard
        for (isConfiguration, waits) in [(false, [1, 2, 4, 8]), (true, [60, 120, 240, 300, 300])] {
            let pool = HTTPConnectionPool(account(), catalog: ProviderCatalog([TokenProvider.self]))
            pool.connected(now, timings)
            pool.token.hold(token(), lifetime: .seconds(86_400), margin: .seconds(60), now: now)
            var moment = now + .seconds(86_400 / 2)
            #expect(!pool.wantsNewToken(moment))
            moment = pool.token.refreshAt
            for wait in waits {
                #expect(pool.wantsNewToken(moment))
                pool.token.failed(ConnectionFailure(words: "No.", isConfiguration: isConfiguration), moment, timings)
                #expect(pool.trouble == "No.")
                #expect(pool.token.backOff.retryAt == moment + .seconds(wait))
                #expect(!pool.wantsNewToken(moment + .milliseconds(wait * 1000 - 1)))
                moment = pool.token.backOff.retryAt
            }
            pool.token.hold(token(), lifetime: .seconds(86_400), margin: .seconds(60), now: moment)
            #expect(pool.trouble == nil)
        }
    }

    @Test("A delay beyond the range of the clock never ends")
    func endless() {
        #expect(now + .seconds(Int64.max) == .never)
        #expect(now + .seconds(10_000_000_000) == .never)
        #expect(Tick.never + .seconds(1) == .never)
        #expect(now + .seconds(-3) == now - 3_000_000_000)
        #expect(now + .milliseconds(2) == now + 2_000_000)
    }
}
