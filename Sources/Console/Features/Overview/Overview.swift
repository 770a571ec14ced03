import Foundation
import HTTPServing
import Messaging

struct OverviewPage: Sendable {
    let shell: Shell
    let composeHref: String?
    let channels: [ReadinessCard]
    let stats: [Stat]
    let live: Bool
    let refreshHref: String
    let chart: Chart
}

struct ReadinessCard: Sendable {
    let channel: String
    let label: String
    let usedFor: String
    let notes: String
    let state: String
    let tone: String
    let reason: String
    let href: String?
    let linkLabel: String?
}

struct Stat: Sendable {
    let label: String
    let value: String
    let note: String?
    let tone: String
    let href: String?
}

/// Overview: readiness, queue and recent traffic.
enum OverviewPages {
    static var routes: [Route] {
        [Route(.get, Paths.overview, .any(Permission.communicationsMenu)) { context in try show(context) }]
    }

    private static let channels: [DeliveryChannel] = [.email, .sms, .whatsapp, .push, .voice, .inApp]

    private static func show(_ context: RequestContext) throws -> Response {
        let overview = try context.services.messages.overview(at: context.now)
        let waiting = overview.counts[.pending, default: 0] + overview.counts[.sending, default: 0]
        let model = OverviewPage(
            shell: context.shell(.overview), composeHref: context.link(Paths.composeNew),
            channels: try context.readiness(channels).map { card($0, context) }, stats: stats(overview, context),
            live: waiting > 0, refreshHref: Paths.overview, chart: Chart(overview.days))
        return try context.page("Overview/Overview", model)
    }

    private static func card(_ readiness: Readiness, _ context: RequestContext) -> ReadinessCard {
        let words = use(of: readiness.channel)
        let section = ProviderSection.of(readiness.channel)
        let href = section.flatMap { context.link(Paths.providers($0)) }
        let label = readiness.isMissing ? "Set up \(article(section?.one ?? "provider"))" : "Settings"
        return ReadinessCard(
            channel: readiness.channel.rawValue, label: readiness.channel.title, usedFor: words.usedFor,
            notes: words.notes, state: readiness.title, tone: readiness.tone, reason: readiness.reason, href: href,
            linkLabel: href == nil ? nil : label)
    }

    private static func article(_ noun: String) -> String {
        let vowels: Set<Character> = ["a", "e", "i", "o", "u", "S"]
        return (noun.first.map(vowels.contains) ?? false ? "an " : "a ") + noun
    }

    private static func use(of channel: DeliveryChannel) -> (usedFor: String, notes: String) {
        switch channel {
        case .email:
            (
                "System emails, workflow emails, and customer follow-ups",
                "Can be connected to an email delivery provider for live sending."
            )
        case .sms:
            (
                "Text reminders, follow-ups, and workflow notifications",
                "Requires a text-message provider before production delivery."
            )
        case .whatsapp:
            ("Conversations, reminders and replies in WhatsApp", "Requires an omni channel with a WhatsApp sender.")
        case .push: ("Mobile notifications", "Depends on mobile app and push-provider setup.")
        case .voice: ("Phone-call style notifications", "Depends on voice-provider setup.")
        case .inApp: ("Notices in the member portal", "Shown when the member opens the portal.")
        }
    }

    private static func stats(_ overview: OutboxOverview, _ context: RequestContext) -> [Stat] {
        let count = { (status: MessageStatus) in overview.counts[status, default: 0] }
        let log = { (status: String) in context.link(Paths.with(Paths.sendLogs, [("status", status)])) }
        let unknown = count(.unknown)
        return [
            Stat(
                label: "Pending", value: EnglishFormat.count(count(.pending)),
                note: overview.scheduledBroadcasts > 0
                    ? "\(EnglishFormat.count(overview.scheduledBroadcasts)) scheduled" : nil,
                tone: "", href: log("pending")),
            Stat(
                label: "Sending", value: EnglishFormat.count(count(.sending)), note: nil, tone: "", href: log("pending")
            ),
            Stat(
                label: "Unknown", value: EnglishFormat.count(unknown),
                note: unknown > 0 ? "Wait for your decision" : nil,
                tone: unknown > 0 ? "amber" : "",
                href: unknown > 0 ? context.link(Paths.inDoubt) : log("unknown")),
            oldest(overview.oldestDue, context),
        ]
    }

    private static func oldest(_ due: Timestamp?, _ context: RequestContext) -> Stat {
        guard let due, due <= context.now else {
            return Stat(label: "Oldest due", value: "None", note: nil, tone: "", href: nil)
        }
        let seconds = Int((context.now - due).milliseconds / 1000)
        // Ten minutes: longer than any single back-off of a healthy provider.
        return Stat(
            label: "Oldest due", value: EnglishFormat.duration(seconds: seconds),
            note: "since \(context.time(due).text)",
            tone: seconds > 600 ? "red" : "", href: nil)
    }
}
