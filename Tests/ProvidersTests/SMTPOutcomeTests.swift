import Messaging
import TestSupport
import Testing

@testable import Providers

@Suite("SMTP outcomes")
struct SMTPOutcomeTests {
    enum Verdict: Equatable {
        case accepted, dead, refused, later, grey, slow, account
    }

    private func verdict(_ command: SMTPResponse.Command, _ line: String) -> Verdict {
        let code = Int(line.prefix(3))!
        let response = SMTPResponse(command: command, code: code, text: String(line.dropFirst(4)))
        switch SMTPOutcome.of(response) {
        case .accepted: return .accepted
        case .refused(_, addressIsDead: true): return .dead
        case .refused(_, addressIsDead: false): return .refused
        case .deferred(.transient, _, _), .deferred(.brokenBeforeBody, _, _): return .later
        case .deferred(.greylisted, _, _): return .grey
        case .deferred(.throttled, _, _): return .slow
        case .notHandedOver: return .account
        case .inDoubt: Issue.record("a reply leaves no doubt"); return .later
        }
    }

    @Test(
        "Replies map to outcomes as documented",
        arguments: [
            (SMTPResponse.Command.body, "250 2.0.0 Ok: queued as 4X2", Verdict.accepted),
            (.rcpt, "450 4.2.0 <ada@example.org>: Recipient address rejected: Greylisted", .grey),
            (.rcpt, "451 4.7.1 please try again", .grey),
            (.rcpt, "451 Greylisted, wait", .grey),
            (.rcpt, "450 mailbox busy", .later),
            (.body, "452 4.3.1 Insufficient system storage", .later),
            (.rcpt, "452 4.5.3 Too many recipients", .slow),
            (.mail, "452 slow", .slow),
            (.mail, "421 4.7.0 too many connections", .slow),
            (.body, "451 4.3.0 queue file write error", .later),
            (.mail, "454 4.7.0 Temporary authentication failure", .grey),
            (.rcpt, "550 4.4.3 name server failure", .later),
            (.rcpt, "450 5.1.1 no such user", .dead),
            (.rcpt, "550 5.1.1 User unknown", .dead),
            (.rcpt, "550 5.1.2 bad host", .dead), (.rcpt, "553 5.1.3 bad syntax", .dead),
            (.rcpt, "551 5.1.6 moved", .dead), (.rcpt, "556 5.1.10 null MX", .dead),
            (.body, "550 5.1.1 User unknown", .dead),
            (.mail, "550 5.1.1 sender unknown", .refused), (.rcpt, "553 5.1.8 bad sender", .refused),
            (.rcpt, "550 No such user here", .dead), (.rcpt, "551 elsewhere", .dead), (.rcpt, "553 bad mailbox", .dead),
            (.rcpt, "550 relaying denied", .refused), (.rcpt, "550 blocked, see http://example.org", .refused),
            (.body, "550 looks like spam", .refused), (.mail, "550 no", .refused),
            (.rcpt, "552 5.2.2 mailbox full", .refused), (.body, "552 too big", .refused),
            (.body, "554 5.7.1 policy", .refused), (.body, "554 no", .refused), (.rcpt, "550 5.7.26 dmarc", .refused),
            (.mail, "501 5.5.4 syntax", .refused), (.data, "503 5.5.1 order", .refused),
            (.mail, "530 5.7.0 Authentication required", .account), (.mail, "535 5.7.8 bad", .account),
            (.mail, "538 5.7.11 encryption required", .account),
        ])
    private func table(command: SMTPResponse.Command, line: String, expected: Verdict) {
        #expect(verdict(command, line) == expected)
    }

    @Test("The server's message id and reply text are kept")
    func reference() {
        func outcome(_ text: String) -> Outcome { SMTPOutcome.of(SMTPResponse(command: .body, code: 250, text: text)) }
        #expect(
            outcome("2.0.0 Ok: queued as 4X2y9")
                == .accepted(reference: "4X2y9", detail: "250 2.0.0 Ok: queued as 4X2y9"))
        #expect(outcome("OK id=1abc-def") == .accepted(reference: "OK id=1abc-def", detail: "250 OK id=1abc-def"))
    }

    @Test("A delay stated by the server is respected")
    func delay() {
        func delay(_ text: String) -> Duration? {
            guard case .deferred(_, let delay, _) = SMTPOutcome.of(SMTPResponse(command: .rcpt, code: 451, text: text))
            else { return nil }
            return delay
        }
        #expect(delay("4.7.1 Greylisted for 300 seconds") == .seconds(300))
        #expect(delay("4.7.1 try again in 5 minutes") == .seconds(300))
        #expect(delay("4.7.1 try again later") == nil)
        #expect(delay("4.7.1 try again in 99999999 seconds") == nil)
    }

    @Test("A broken connection is in doubt only after the hand-off")
    func brokenConnections() throws {
        let provider = try SMTPProvider(account: Fixture.account(Fixture.smtpSettings()))
        #expect(
            ProviderResponse.brokenConnection(detail: "x", handedOver: true).outcome(for: provider)
                == .inDoubt(detail: "x"))
        #expect(
            ProviderResponse.brokenConnection(detail: "x", handedOver: false).outcome(for: provider)
                == .notHandedOver(detail: "x"))
    }
}

@Suite("SMTP settings")
struct SMTPSettingsTests {
    private func problems(_ more: [String: String]) -> Set<String> {
        do {
            _ = try SMTPSettings(ProviderSettings(Fixture.smtpSettings(more)))
            return []
        } catch {
            return Set(error.problems.keys)
        }
    }

    @Test("Settings are accepted as the API documents them")
    func defaults() throws {
        let settings = try SMTPSettings(
            ProviderSettings(["host": "mx.example.org", "from_address": "hello@example.org"]))
        #expect(settings.port == 587)
        #expect(settings.security == .starttls)
        #expect(settings.maxConnections == 4)
        #expect(settings.rates.isUnlimited)
        #expect(settings.verifiesCertificate)
        #expect(settings.server.url == "smtp://mx.example.org:587/example.org")
    }

    @Test(
        "Every validation error names its field",
        arguments: [
            (["host": ""], "host"), (["host": "smtp://mx"], "host"), (["host": "mx/../x"], "host"),
            (["port": "0"], "port"), (["port": "70000"], "port"), (["port": "x"], "port"), (["tls": "ssl"], "tls"),
            (["from_address": "nobody"], "from_address"), (["from_address": ""], "from_address"),
            (["reply_to": "x"], "reply_to"), (["max_connections": "201"], "max_connections"),
            (["max_connections": "0"], "max_connections"), (["rate_per_second": "-1"], "rate_per_second"),
            (["rate_per_second": "inf"], "rate_per_second"), (["rate_per_minute": "0"], "rate_per_minute"),
            (["rate_per_day": "1.5"], "rate_per_day"), (["from_name": "A\r\nBcc: x"], "from_name"),
            (["username": "u\r\n", "password": "p"], "username"), (["password": "p"], "username"),
            (["username": "u"], "password"),
            (["host": "mx.example.org", "username": "u", "password": "p"], "tls"),
            (["host": "127.evil.example", "username": "u", "password": "p"], "tls"),
        ])
    func problem(more: [String: String], field: String) {
        #expect(problems(more) == [field])
    }

    @Test(
        "A password without encryption is allowed only for the local host",
        arguments: ["127.0.0.1", "localhost", "::1"])
    func loopback(host: String) {
        #expect(problems(["host": host, "username": "u", "password": "p"]) == [])
    }
}
