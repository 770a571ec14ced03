import Foundation
import HTTPServing
import Messaging

struct SandboxPage: Sendable {
    let shell: Shell
    let action: String
    let settingsHref: String?
    let composeHref: String?
    let channels: [SelectOption]
    let query: String
    let hasFilters: Bool
    let clearHref: String
    let rows: [SandboxRow]
    let hasRows: Bool
    let hasPages: Bool
    let newerHref: String?
    let olderHref: String?
}

struct SandboxRow: Sendable {
    let id: String
    let time: String
    let timeISO: String
    let channel: String
    let channelLabel: String
    let to: String
    let subject: String
    let answer: String
    let answerLabel: String
    let href: String
}

/// Messages that the sandbox stored instead of sending.
enum SandboxPages {
    private static let pageSize = 30
    /// Maximum items scanned per page of a text search, which has no index.
    private static let searchBudget = 2_000

    static var routes: [Route] {
        [Route(.get, Paths.sandbox, .one(.readHistory)) { context in try list(context) }]
            + SandboxItemPages.routes + SandboxSettingsPages.routes
    }

    private static func list(_ context: RequestContext) throws -> Response {
        let channel = context.request.query["delivery_channel"].flatMap(DeliveryChannel.init(rawValue:))
        let words = (context.request.query["q"] ?? "").trimmingCharacters(in: .whitespaces)
        let page = try items(context, channel, words)
        let rows = try page.items.map { try row($0, context) }
        let path = { (name: String, key: Int64?) in
            key.map {
                Paths.with(
                    Paths.sandbox, [("delivery_channel", channel?.rawValue), ("q", words), (name, String($0))])
            }
        }
        let (newer, older) = (path("before", page.previous), path("after", page.next))
        let model = SandboxPage(
            shell: context.shell(.sandbox), action: Paths.sandbox, settingsHref: context.link(Paths.sandboxSettings),
            composeHref: context.link(Paths.composeNew), channels: options(channel), query: words,
            hasFilters: channel != nil || !words.isEmpty, clearHref: Paths.sandbox, rows: rows, hasRows: !rows.isEmpty,
            hasPages: newer != nil || older != nil, newerHref: newer, olderHref: older)
        return try context.page("Sandbox/Sandbox", model)
    }

    private static func options(_ chosen: DeliveryChannel?) -> [SelectOption] {
        [SelectOption(value: "", label: "All channels", selected: chosen == nil)]
            + DeliveryChannel.allCases.map { SelectOption(value: $0.rawValue, label: $0.title, selected: $0 == chosen) }
    }

    private static func items(
        _ context: RequestContext, _ channel: DeliveryChannel?, _ words: String
    ) throws -> Page<SandboxItem> {
        let store = context.services.sandbox
        guard !words.isEmpty else {
            return try store.sandboxItems(channel: channel, from: context.pageStart, limit: pageSize)
        }
        var found = Page<SandboxItem>(items: [])
        var start = context.pageStart
        var looked = 0
        while looked < searchBudget {
            let chunk = try store.sandboxItems(channel: channel, from: start, limit: 200)
            looked += chunk.items.count
            for item in chunk.items where matches(item, words) {
                found.items.append(item)
                if found.items.count == pageSize { return Page(items: found.items, next: item.id) }
            }
            guard let next = chunk.next else { return found }
            start = .after(next)
            found.next = next
        }
        return found
    }

    private static func matches(_ item: SandboxItem, _ words: String) -> Bool {
        item.to.localizedCaseInsensitiveContains(words) || item.subject.localizedCaseInsensitiveContains(words)
    }

    private static func row(_ item: SandboxItem, _ context: RequestContext) throws -> SandboxRow {
        let answer = SandboxState(try context.services.messages.message(item.messageID))
        let time = context.time(item.takenAt)
        return SandboxRow(
            id: String(item.id), time: time.text, timeISO: time.iso, channel: item.deliveryChannel.rawValue,
            channelLabel: item.deliveryChannel.title, to: item.to, subject: item.subject, answer: answer.badge,
            answerLabel: answer.label, href: Paths.sandboxItem(item.id))
    }
}

/// Simulated responses so far.
struct SandboxState: Sendable {
    let badge: String
    let label: String

    init(_ details: MessageDetails?) {
        let replied = details?.replies.isEmpty == false
        switch details?.row.status {
        case .delivered: (badge, label) = replied ? ("received", "Replied") : ("delivered", "Delivered")
        case .opened: (badge, label) = replied ? ("received", "Replied") : ("opened", "Opened")
        case .read: (badge, label) = replied ? ("received", "Replied") : ("read", "Read")
        case .failed: (badge, label) = ("failed", "Bounced")
        default: (badge, label) = replied ? ("received", "Replied") : ("accepted", "Accepted")
        }
    }
}
