/// Removes a suppression. Throws `StoreConflict.notFound` when it was removed before.
public struct LiftSuppression: UseCase {
    public var suppression: Suppression

    public init(_ suppression: Suppression) { self.suppression = suppression }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            _ = try commit.stores.suppressions.lift(suppression.id)
            try commit.audit(
                "delete suppression", suppression.address.value,
                detail: "\(suppression.scope.auditWords), \(suppression.source.rawValue): \(suppression.reason)")
        }
    }
}
