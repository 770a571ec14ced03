import Foundation
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
    let secrets = ["cl1ent-secret"]
    let tokenScope = "client-1"

    init(account: ProviderAccount) throws(InvalidSettings) { port = account.settings["port"] }

    var endpoint: HTTPEndpoint { HTTPEndpoint(url: "http://127.0.0.1:\(port)/messages") }

    func transfer(for outbound: OutboundMessage) throws(MessageRefused) -> Transfer {
        .http(HTTPTransfer(url: endpoint.url, body: MessageBody(Array(outbound.messageToken.utf8))))
    }

    func tokenRequest(at: Timestamp) -> HTTPTransfer {
        HTTPTransfer(url: "http://127.0.0.1:\(port)/token", body: MessageBody(Array(secrets[0].utf8)))
    }

    func token(from response: HTTPResponse) throws(TokenRefused) -> ProviderToken {
        guard response.status == 200, let json = try? MergeValue(json: String(decoding: response.body, as: UTF8.self)),
            let value = json[path: "access_token"]?.text, let seconds = Double(json[path: "expires_in"]?.text ?? "")
        else { throw TokenRefused(words(of: response), isConfiguration: response.status == 400) }
        return ProviderToken(value: value, expiresAt: response.at + .milliseconds(Int64(seconds * 1000)))
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

    var account: ProviderAccount {
        Fixture.account(
            ["port": "\(server.withLock { $0?.port ?? 0 })"], kind: TokenProvider.kind, channel: .sms)
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
        let token = request.headers["authorization"]?.replacing("Bearer ", with: "") ?? ""
        let isAccepted = contents.withLock { contents in
            let isAccepted = contents.accepted?.contains(token) ?? true
            if isAccepted { contents.messages[request.body, default: []].append(token) } else { contents.refused += 1 }
            return isAccepted
        }
        bell.ring()
        connection.response(isAccepted ? "202 Accepted" : "401 Unauthorized", body: "you said \(token)")
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
    func keep(_ token: ProviderToken, for providerID: Int64, scope: String) throws {
        kept.withLock { $0["\(providerID) \(scope)"] = token }
    }
    func forgetProviderToken(_ providerID: Int64, scope: String) throws {
        kept.withLock { $0["\(providerID) \(scope)"] = nil }
    }
    var value: String? { kept.withLock { $0["1 client-1"]?.value } }
}

@Suite("Access tokens")
struct AccessTokenTests {
    private let catalog = ProviderCatalog([TokenProvider.self], networks: .anywhere)

    private func rig(
        _ server: TokenServer, _ tokens: MemoryTokens = MemoryTokens(), margin: Duration = .seconds(60)
    ) throws -> TransportRig {
        var timings = ConnectionTimings()
        timings.tokenMargin = margin
        timings.firstConfigurationRetry = .milliseconds(5)
        return try TransportRig(timings: timings, catalog: catalog, tokens: tokens, server.account)
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
        try tokens.keep(
            ProviderToken(value: "kept", expiresAt: .now() + .seconds(secondsLeft)), for: 1, scope: "client-1")
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

    @Test("A provider test fetches a token of its own")
    func tested() throws {
        let server = try TokenServer()
        defer { server.close() }
        let tester = LiveProviderTester(catalog: catalog)
        let report = tester.test(server.account, outbound: Fixture.outbound(channel: .sms))
        #expect(report.accepted)
        #expect(server.contents.withLock { $0.messages["m-41"] } == ["t1"])
        server.contents.withLock { $0.fault = "400 Bad Request" }
        let refused = tester.test(server.account, outbound: Fixture.outbound(channel: .sms))
        #expect(!refused.accepted)
        #expect(refused.summary == "No access token was given: 400 Bad Request wrong •••")
    }
}
