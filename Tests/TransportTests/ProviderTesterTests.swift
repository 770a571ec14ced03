import Messaging
import TestSupport
import Testing

@testable import Providers
@testable import Transport

@Suite("Provider test")
struct ProviderTesterTests {
    private func account(_ port: Int, _ more: [String: String] = [:]) -> ProviderAccount {
        Fixture.account(Fixture.smtpSettings(["port": "\(port)"].merging(more) { $1 }))
    }

    @Test("The result shows the server's replies and never the password")
    func accepted() throws {
        let server = try ScriptedServer { line in
            line.greet("250-PIPELINING\r\n250 AUTH PLAIN\r\n")
            _ = line.hear()
            line.say("334 \r\n")
            _ = line.hear()
            line.say("235 2.7.0 Welcome\r\n")
            line.serve()
        }
        defer { server.close() }
        let result = LiveProviderTester(catalog: Catalog.all).test(
            account(server.port, ["username": "ada", "password": "s3cr3t"]), outbound: Fixture.outbound())
        #expect(result.accepted)
        #expect(result.transcript.contains("235 2.7.0 Welcome"))
        #expect(result.transcript.contains("250 2.0.0 Ok: queued as Q1"))
        #expect(result.summary == "Accepted: 250 2.0.0 Ok: queued as Q1")
        let all = result.transcript.joined() + result.summary
        #expect(!all.contains("s3cr3t") && !all.contains("czNjcjN0"))
    }

    @Test("A rejection is reported")
    func refused() throws {
        let server = try ScriptedServer { line in
            line.greet()
            line.serve(refusing: { _ in "550 5.1.1 nobody" })
        }
        defer { server.close() }
        let result = LiveProviderTester(catalog: Catalog.all).test(account(server.port), outbound: Fixture.outbound())
        #expect(!result.accepted)
        #expect(result.summary == "Refused: 550 5.1.1 nobody")
    }

    @Test("The test ends at its time limit")
    func silent() throws {
        let server = try ScriptedServer { line in
            line.greet()
            while line.hear() != nil {}
        }
        defer { server.close() }
        let result = LiveProviderTester(catalog: Catalog.all, timeLimit: .milliseconds(1500)).test(
            account(server.port), outbound: Fixture.outbound())
        #expect(!result.accepted)
        #expect(result.summary.contains("No answer"))
    }

    @Test("Connection errors, invalid settings and invalid addresses are reported")
    func impossible() throws {
        let deaf = LiveProviderTester(catalog: Catalog.all).test(
            account(try ScriptedServer.deafPort()), outbound: Fixture.outbound())
        #expect(deaf.summary.contains("connection refused"))
        #expect(
            LiveProviderTester(catalog: Catalog.all).test(account(0), outbound: Fixture.outbound()).summary.contains(
                "Port"))
        #expect(
            LiveProviderTester(catalog: Catalog.all).test(account(25), outbound: Fixture.outbound(to: "x")).summary
                .contains(
                    "not an email address"))
    }
}
