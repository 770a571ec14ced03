import Messaging
import Testing

@testable import Console

/// Acts that lead to one another, each looked after by a walk. It is walked once, however many tests ask about it.
actor AuditJourney: CustomTestStringConvertible {
    static let all: [AuditJourney] =
        [
            AuditJourney("signing in and out", signingIn),
            AuditJourney("the first user", signedIn: false, settingUp),
            AuditJourney("one-time links", signedIn: false, links),
            AuditJourney("users, roles, tokens, settings and the account", access),
            AuditJourney("channels", channels),
            AuditJourney("templates", templates),
            AuditJourney("drafts, from the first step to the send", compose),
            AuditJourney("recipients by channel and by search", audience),
            AuditJourney("bulks, from the first step to the publishing", bulkDrafts),
            AuditJourney("bulks on their way", bulksUnderWay),
            AuditJourney("decisions about a message", decisions),
            AuditJourney("saved filters", filters),
            AuditJourney("the directory, and sends from it", directory),
            AuditJourney("imports into the directory", directoryImport),
            AuditJourney("imports of subscribers", subscriberImport),
            AuditJourney("imports of suppressions", suppressionImport),
            AuditJourney("suppressions by hand", suppressions),
            AuditJourney("people leave and come back by the link in their message", unsubscribing),
            AuditJourney("the sandbox", sandbox),
            AuditJourney("a mail server", mailServer),
            AuditJourney("exports", exports),
            AuditJourney("the API: directory, messages, channels and templates", calls),
            AuditJourney("the API: broadcasts", broadcastCalls),
            AuditJourney("the API: suppressions and providers", settingsCalls),
        ]
        + ProviderSection.all.map { section in
            AuditJourney("providers: \(section.title)") { try providers(section, $0) }
        }

    typealias Steps = @Sendable (AuditWalk) async throws -> Void

    nonisolated let testDescription: String
    private let isSignedIn: Bool
    private let steps: Steps
    private var walk: Task<Set<String>, any Error>?

    init(_ name: String, signedIn isSignedIn: Bool = true, _ steps: @escaping Steps) {
        testDescription = name
        self.isSignedIn = isSignedIn
        self.steps = steps
    }

    /// The routes that were looked after.
    func walked() async throws -> Set<String> {
        if let walk { return try await walk.value }
        let walk = Task { [isSignedIn, steps] in
            let walk = try AuditWalk(signedIn: isSignedIn)
            try await steps(walk)
            return walk.walked
        }
        self.walk = walk
        return try await walk.value
    }
}
