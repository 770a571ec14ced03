import Foundation
import HTTPServing
import Messaging

/// Every URL of the site. Routes pass a slot (`"{id}"`) where pages pass a number, so a pattern and the links to it
/// are one line of code.
enum Paths {
    typealias Part = CustomStringConvertible & Sendable

    static let home = "/"
    static let login = "/login"
    static let logout = "/logout"
    static func setup(_ token: any Part) -> String { "/setup/\(token)" }
    static let account = "/app/account"
    static let accountPassword = "/app/account/password"
    static let theme = "/theme"

    static let healthz = "/healthz"
    static let readyz = "/readyz"
    static let metrics = "/metrics"

    static let app = "/app"
    static let communications = "/app/communications"
    static let overview = "/app/communications/overview"
    static let oldChannels = "/app/communications/channels"
    static let settings = "/app/settings"
    static let communicationSettings = "/app/settings/communication"
    static let channels = "/app/settings/communication-channels"
}

// Send logs.
extension Paths {
    static let sendLogs = "/app/communications/send-logs"
    static func sendLog(_ id: any Part) -> String { "\(sendLogs)/\(id)" }
    static func sendLogContent(_ id: any Part) -> String { "\(sendLog(id))/content" }
    static func sendLogAction(_ id: any Part, _ action: any Part) -> String { "\(sendLog(id))/\(action)" }
}

// The Compose Wizard and its drafts.
extension Paths {
    static let compose = "/app/communications/compose"
    static let composeNew = "/app/communications/compose/new"
    static let drafts = "/app/communications/compose/drafts"
    static func composeResume(_ id: any Part) -> String { "\(compose)/\(id)" }
    static func composeDelivery(_ id: any Part) -> String { "\(compose)/\(id)/delivery" }
    static func composeMessage(_ id: any Part) -> String { "\(compose)/\(id)/message" }
    static func composeAutosave(_ id: any Part) -> String { "\(compose)/\(id)/autosave" }
    static func composeRecipients(_ id: any Part) -> String { "\(compose)/\(id)/recipients" }
    static func composeRecipientsNext(_ id: any Part) -> String { "\(composeRecipients(id))/next" }
    static func composeRemove(_ id: any Part, receiver: any Part) -> String {
        "\(composeRecipients(id))/\(receiver)/remove"
    }
    static func composeConfirm(_ id: any Part) -> String { "\(compose)/\(id)/confirm" }
    static func composePreview(_ id: any Part, _ channel: any Part) -> String { "\(compose)/\(id)/preview/\(channel)" }
    static func composeOptions(_ id: any Part) -> String { "\(compose)/\(id)/options" }
    static func composeSend(_ id: any Part) -> String { "\(compose)/\(id)/send" }
    static func composeSchedule(_ id: any Part) -> String { "\(compose)/\(id)/schedule" }
    static func composeUnschedule(_ id: any Part) -> String { "\(compose)/\(id)/unschedule" }
    static func composeDuplicate(_ id: any Part) -> String { "\(compose)/\(id)/duplicate" }
    static func composeDelete(_ id: any Part) -> String { "\(compose)/\(id)/delete" }
}

// Providers: one set of pages per delivery channel.
extension Paths {
    static func providers(_ section: ProviderSection) -> String { "\(communicationSettings)/\(section.slug)" }
    static func newProvider(_ section: ProviderSection) -> String { "\(providers(section))/new" }
    static func provider(_ section: ProviderSection, _ id: any Part) -> String { "\(providers(section))/\(id)" }
    static func testProvider(_ section: ProviderSection, _ id: any Part) -> String { "\(provider(section, id))/test" }
    static func providerChange(_ section: ProviderSection, _ id: any Part, _ change: ProviderChange) -> String {
        "\(provider(section, id))/\(change.rawValue)"
    }
    static func deleteProvider(_ section: ProviderSection, _ id: any Part) -> String {
        "\(provider(section, id))/delete"
    }
}

// The sandbox.
extension Paths {
    static let sandbox = "/app/sandbox"
    static let sandboxSettings = "/app/sandbox/settings"
    static func sandboxItem(_ id: any Part) -> String { "\(sandbox)/\(id)" }
    static func sandboxContent(_ id: any Part) -> String { "\(sandboxItem(id))/content" }
    static func sandboxResponse(_ id: any Part) -> String { "\(sandboxItem(id))/answer" }
    static func sandboxReply(_ id: any Part) -> String { "\(sandboxItem(id))/reply" }
}

// The JSON API.
extension Paths {
    static let api = "/api/v1"
    static let apiDescription = "/api/openapi.json"
    static let apiMessages = "/api/v1/messages"
    static func apiMessage(_ id: any Part) -> String { "\(apiMessages)/\(id)" }
    static func apiMessageAction(_ id: any Part, _ action: any Part) -> String { "\(apiMessage(id))/\(action)" }
    static let apiProviders = "/api/v1/providers"
    static func apiProvider(_ id: any Part) -> String { "\(apiProviders)/\(id)" }
    static let apiOverview = "/api/v1/overview"
}

// Queries.
extension Paths {
    /// A path with a query; pairs without a value are left out.
    static func with(_ path: String, _ query: [(String, String?)]) -> String {
        let pairs = query.compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : "\(encode(name))=\(encode($0))" }
        }
        return pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))"
    }

    /// RFC 3986 §2.3: everything but the unreserved characters.
    static func encode(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    /// The page somebody wanted before signing in, if it is one of ours.
    static func safeReturn(_ target: String?) -> String? {
        guard let target, target.utf8.count <= 2000, target.hasPrefix("/"), !target.hasPrefix("//"),
            target.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }),
            !target.hasPrefix(login), !target.hasPrefix(logout), !target.hasPrefix("/setup/")
        else { return nil }
        return target
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
