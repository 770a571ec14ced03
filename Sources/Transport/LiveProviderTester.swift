import CCurl
import Foundation
import Messaging

/// Sends one message over a separate connection and records the server's replies. Blocks for at most `timeLimit`.
///
/// Only replies are recorded, so the transcript contains no credentials.
public struct LiveProviderTester: ProviderTester {
    private let catalog: ProviderCatalog
    private let timeLimit: Duration

    public init(catalog: ProviderCatalog, timeLimit: Duration = .seconds(20)) {
        self.catalog = catalog
        self.timeLimit = timeLimit
    }

    public func test(_ account: ProviderAccount, outbound: OutboundMessage) -> ProviderTestReport {
        do {
            let provider = try catalog.provider(for: account)
            try provider.check(outbound.attachments)
            let transfer = try provider.transfer(for: outbound)
            let submission = Submission(
                messageID: outbound.messageID, attempt: outbound.attempt, providerID: account.id, transfer: transfer)
            switch transfer {
            case .mail:
                guard let smtp = provider as? any MailProvider else { break }
                return SMTPTester(provider: smtp, deadline: .now() + timeLimit, timeLimit: timeLimit).send(submission)
            case .http(var request):
                guard let http = provider as? any HTTPProvider else { break }
                request.timeLimit = min(request.timeLimit, timeLimit)
                let token = try (http as? any AccessTokenProvider).map(fetchToken)
                return send(submission, request, http, token)
            case .sandbox, .notice: break
            }
            return ProviderTestReport(
                accepted: true, transcript: [], summary: "\(type(of: provider).title) is ready; nothing was sent.")
        } catch let problem as InvalidSettings {
            let words = problem.problems.sorted { $0.key < $1.key }.map(\.value).joined(separator: " ")
            return ProviderTestReport(accepted: false, transcript: [], summary: words)
        } catch let refusal as TokenRefused {
            return ProviderTestReport(
                accepted: false, transcript: [], summary: "No access token was given: \(refusal.detail)")
        } catch let refusal as MessageRefused {
            return ProviderTestReport(accepted: false, transcript: [], summary: refusal.detail)
        } catch {
            return ProviderTestReport(accepted: false, transcript: [], summary: "\(error)")
        }
    }

    /// Fetches a token for a single use.
    private func fetchToken(_ provider: any AccessTokenProvider) throws(TokenRefused) -> ProviderToken {
        let fetch = provider.tokenRequest(at: .now())
        guard fetch.headers.allSatisfy(\.isOneLine),
            let call = HTTPCall(provider.tokenEndpoint(of: fetch), networks: catalog.networks)
        else { throw TokenRefused("The request is not valid HTTP.", isConfiguration: true) }
        call.begin(fetch, for: nil, connecting: timeLimit)
        switch call.ended(curl_easy_perform(call.easy), at: .now()) {
        case .http(let response): return try provider.readToken(from: response)
        case .brokenConnection(let detail, _): throw TokenRefused(detail, isConfiguration: false)
        default: throw TokenRefused("No answer.", isConfiguration: false)
        }
    }

    private func send(
        _ submission: Submission, _ transfer: HTTPTransfer, _ provider: any HTTPProvider, _ token: ProviderToken?
    ) -> ProviderTestReport {
        let request = token.flatMap { (provider as? any AccessTokenProvider)?.authorized(transfer, by: $0) } ?? transfer
        guard request.headers.allSatisfy(\.isOneLine),
            let call = HTTPCall(provider.endpoint, networks: catalog.networks)
        else {
            return ProviderTestReport(accepted: false, transcript: [], summary: "The request is not valid HTTP.")
        }
        call.begin(request, for: submission, connecting: timeLimit)
        call.token = token.map { (1, $0.value) }
        let response = call.ended(curl_easy_perform(call.easy), at: .now())
        let outcome = response.outcome(for: provider)
        guard case .http(let reply) = response else {
            return ProviderTestReport(accepted: false, transcript: [], summary: outcome.words)
        }
        let head = reply.headers.prefix(20).map { provider.hidingSecrets(OneLine.of("\($0.name): \($0.value)")) }
        let transcript = ["HTTP \(provider.words(of: reply))"] + head
        return ProviderTestReport(accepted: outcome.isAccepted, transcript: transcript, summary: outcome.words)
    }
}

/// Runs one mail transaction over one connection, blocking at each step.
private struct SMTPTester {
    let provider: any MailProvider
    let deadline: Tick
    let timeLimit: Duration

    func send(_ submission: Submission) -> ProviderTestReport {
        guard let connection = CurlConnection(provider.server, timeLimit: timeLimit) else {
            return ProviderTestReport(accepted: false, transcript: [], summary: "libcurl gave no handle.")
        }
        do throws(ConnectionFailure) {
            let code = curl_easy_perform(connection.easy)
            guard code == CURLE_OK else { throw connection.failure(code) }
            try connection.checkOpened()
        } catch {
            return ProviderTestReport(accepted: false, transcript: connection.transcript, summary: error.words)
        }
        return converse(submission, connection)
    }

    private func converse(_ submission: Submission, _ connection: CurlConnection) -> ProviderTestReport {
        let session = SMTPSession(capabilities: connection.capabilities)
        var transcript = connection.transcript
        session.heard = { code, text in transcript.append("\(code) \(text)") }
        session.enqueue(submission)
        var response: ProviderResponse?
        while session.closing == nil {
            step(session, connection)
            if let ended = session.takeEnded().first {
                response = ended.response
                session.leave()
            }
        }
        let outcome = (response ?? .brokenConnection(detail: "No answer.", handedOver: false)).outcome(for: provider)
        return ProviderTestReport(accepted: outcome.isAccepted, transcript: transcript, summary: outcome.words)
    }

    private func step(_ session: SMTPSession, _ connection: CurlConnection) {
        withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 16) { buffer in
            if !session.window.isEmpty, case .moved(let count) = connection.send(session.window.unwritten) {
                return session.wrote(count, offering: session.window.unwritten.count)
            }
            switch connection.receive(into: buffer) {
            case .moved(let count): session.received(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            case .ended: session.connectionBroke("The server closed the connection.")
            case .failed(let words): session.connectionBroke("The connection broke: \(words)")
            case .again: wait(for: session, connection)
            }
        }
    }

    private func wait(for session: SMTPSession, _ connection: CurlConnection) {
        let left = (deadline - .now()) / 1_000_000
        guard left > 0 else {
            return session.connectionBroke("No answer from the server within \(timeLimit.components.seconds) s.")
        }
        let events = Int16(POLLIN) | (session.window.isEmpty ? 0 : Int16(POLLOUT))
        var descriptor = pollfd(fd: connection.descriptor, events: events, revents: 0)
        poll(&descriptor, 1, Int32(left))
    }
}

extension Outcome {
    fileprivate var isAccepted: Bool { if case .accepted = self { true } else { false } }

    fileprivate var words: String {
        switch self {
        case .accepted(_, let detail): "Accepted: \(detail)"
        case .deferred(_, _, let detail): "Not now: \(detail)"
        case .refused(let detail, _): "Refused: \(detail)"
        case .notHandedOver(let detail): "Not handed over: \(detail)"
        case .inDoubt(let detail): "Handed over, but no answer came: \(detail)"
        }
    }
}
