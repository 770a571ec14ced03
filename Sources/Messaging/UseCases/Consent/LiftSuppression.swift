/// Removes a suppression. One that a provider or the person set is removed only when the actor confirms it. Throws
/// `SuppressionRefused.unconfirmed`, or `StoreConflict.notFound` when it was removed before.
public struct LiftSuppression: UseCase {
    public var suppression: Suppression
    public var isConfirmed: Bool

    public init(_ suppression: Suppression, isConfirmed: Bool) {
        self.suppression = suppression
        self.isConfirmed = isConfirmed
    }

    public func perform(_ work: Work) throws {
        guard isConfirmed || !suppression.source.isNotOurs else {
            throw SuppressionRefused.unconfirmed(suppression.source)
        }
        try work.commit { commit in
            _ = try commit.stores.suppressions.lift(suppression.id)
            try commit.audit(
                "delete suppression", suppression.address.value,
                detail: "\(suppression.scope.auditWords), \(suppression.source.rawValue): \(suppression.reason)")
        }
    }
}
