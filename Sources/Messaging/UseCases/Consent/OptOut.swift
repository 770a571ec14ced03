/// Keeps messages from the person who holds a message's unsubscribe link, as they ask. Safe to repeat.
public struct OptOut: UseCase {
    public var scope: SuppressionScope
    public var preferences: Preferences
    public var reason: String

    public init(of scope: SuppressionScope, _ preferences: Preferences, reason: String) {
        self.scope = scope
        self.preferences = preferences
        self.reason = reason
    }

    public func perform(_ work: Work) throws {
        let stands = preferences.suppressions.contains { $0.scope == scope && $0.source == .person }
        guard !stands else { return }
        let new = NewSuppression(
            address: preferences.address, scope: scope, reason: reason, source: .person,
            messageID: preferences.messageID)
        try work.commit { commit in
            guard try commit.stores.suppressions.suppress([new], at: work.now) == 1 else { return }
            try commit.audit("unsubscribe", "message \(preferences.messageID)", detail: scope.auditWords)
        }
    }
}
