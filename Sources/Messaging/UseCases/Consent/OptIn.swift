/// Takes back what the person who holds a message's unsubscribe link asked for; nothing that anybody else set.
public struct OptIn: UseCase {
    public var scope: SuppressionScope
    public var preferences: Preferences

    public init(to scope: SuppressionScope, _ preferences: Preferences) {
        self.scope = scope
        self.preferences = preferences
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            let lifted = try commit.stores.suppressions.liftOwn(scope, of: preferences.address, before: nil)
            guard !lifted.isEmpty else { return }
            try commit.audit("resubscribe", "message \(preferences.messageID)", detail: scope.auditWords)
        }
    }
}
