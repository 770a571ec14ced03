import HTTPServing
import Messaging

struct ProviderTest: Sendable {
    let action: String
    let label: String
    let type: String
    let name: String
    let value: String
    let autocomplete: String?
    let hint: String?
    let error: String?
}

struct ProviderTestResult: Sendable {
    let ok: Bool
    let title: String
    let text: String?
    let words: String?
    let advice: String?
    let href: String?
    let linkLabel: String?
}

/// Test result as a fragment, for the page's script.
struct ProviderTestPart: Sendable {
    let result: ProviderTestResult?
}

/// *Send a test message*: sends one actual message through a provider, without logging it, and shows the server's
/// response.
struct ProviderTestPage {
    let section: ProviderSection
    let context: RequestContext

    init(_ section: ProviderSection, _ context: RequestContext) {
        self.section = section
        self.context = context
    }

    private static let field = "recipient"

    /// `nil` without permission.
    func form(_ account: ProviderAccount, value: String?, error: String?) -> ProviderTest? {
        guard let action = context.link(Paths.testProvider(section, account.id), .post) else { return nil }
        let (label, type, hint): (String, String, String?) =
            switch section.channel.addressKind {
            case .email: ("To", "email", nil)
            case .mobile: ("To number", "tel", "With its country code, such as +27 82 123 4567.")
            case .device: ("To device", "text", "The token of a device.")
            case .entity: ("To record", "text", "For example, member:m-1.")
            }
        return ProviderTest(
            action: action, label: label, type: type, name: Self.field,
            value: value ?? (type == "email" ? context.user?.email ?? "" : ""),
            autocomplete: type == "text" ? "off" : type, hint: hint, error: error)
    }

    func answer() throws -> RouteResult {
        let editor = ProviderEditor(section, context)
        let (account, kind) = try editor.stored()
        var form = Form(context.request)
        let recipient = form.line(Self.field, limit: DeviceToken.longest, required: "Say who the test message is for.")
        if form.isValid {
            do throws(AddressProblem) {
                _ = try Address(recipient, for: section.channel)
            } catch {
                form.reject(Self.field, error.message)
            }
        }
        if let problem = form.error(Self.field) {
            let result = ProviderTestResult(
                ok: false, title: "Not sent", text: problem, words: nil, advice: nil, href: nil, linkLabel: nil)
            return .now(try show(account, kind, recipient, problem, result, status: 422))
        }
        let outbound = outbound(to: recipient)
        return .later {
            try context.perform(TestProvider(account))
            let outcome = context.services.tester.test(account, outbound: outbound)
            return try show(account, kind, recipient, nil, result(outcome, kind), status: 200)
        }
    }

    private func show(
        _ account: ProviderAccount, _ kind: any Provider.Type, _ recipient: String, _ error: String?,
        _ result: ProviderTestResult, status: Int
    ) throws -> Response {
        if context.isPartial, context.request.headers["HX-Target"] == "test-result" {
            return try context.partial("Providers/ProviderTestResult", ProviderTestPart(result: result), status: status)
        }
        return try ProviderEditor(section, context).page(
            ProviderForm(account, kind: kind), account, problems: [:],
            test: form(account, value: recipient, error: error), result: result, status: status)
    }

    private func outbound(to recipient: String) -> OutboundMessage {
        let name = context.configuration.installationName
        let who = context.user?.name ?? "somebody"
        let text = "This is a test message from \(name). \(who) sent it to see whether messages arrive. They do."
        return OutboundMessage(
            messageID: 0, attempt: 1, deliveryChannel: section.channel, address: recipient, recipientName: "",
            subject: "Test message from \(name)",
            html: section.channel == .email ? EmailDocument.around("<p>\(HTMLText.escape(text))</p>") : "", text: text,
            messageToken: "test-\(Secrets.hash(Secrets.randomToken(context.services.randomBytes)).prefix(24))",
            createdAt: context.now, type: .manual)
    }

    private func result(_ outcome: ProviderTestReport, _ kind: any Provider.Type) -> ProviderTestResult {
        let words = outcome.transcript.isEmpty ? nil : outcome.transcript.joined(separator: "\n")
        if kind.capabilities.isSandbox {
            return ProviderTestResult(
                ok: outcome.accepted, title: outcome.accepted ? "The sandbox is ready" : "The sandbox is not ready",
                text: outcome.summary, words: words, advice: nil, href: context.link(Paths.sandbox),
                linkLabel: "Open the sandbox")
        }
        if section.channel == .inApp {
            return ProviderTestResult(
                ok: outcome.accepted, title: outcome.accepted ? "The inbox is ready" : "Not accepted",
                text: outcome.summary, words: words, advice: nil, href: nil, linkLabel: nil)
        }
        return ProviderTestResult(
            ok: outcome.accepted, title: outcome.accepted ? "Accepted by the server" : "Not accepted",
            text: outcome.summary, words: words,
            advice: outcome.accepted
                ? "Look whether it arrived; the spam folder too."
                : "The server's own words are above. Change the settings, save them and try again.", href: nil,
            linkLabel: nil)
    }
}

enum HTMLText {
    static func escape(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
    }
}
