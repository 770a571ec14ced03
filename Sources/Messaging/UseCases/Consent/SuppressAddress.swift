/// Keeps messages from an address, for what the scope covers. Returns whether it is new; the same by the same source is not.
public struct SuppressAddress: UseCase {
    public var suppression: NewSuppression

    public init(_ suppression: NewSuppression) { self.suppression = suppression }

    public func perform(_ work: Work) throws -> Bool {
        var new = suppression
        new.createdBy = work.actor.userID
        return try work.commit { [new] commit in
            let isNew = try commit.stores.suppressions.suppress([new], at: work.now) == 1
            if isNew { try commit.audit("create suppression", new.address.value, detail: new.scope.auditWords) }
            return isNew
        }
    }
}

extension SuppressionScope {
    /// As the audit and files write it: `everything`, `broadcasts`, `channel:12`.
    public var auditWords: String {
        switch self {
        case .everything, .broadcasts: kind.rawValue
        case .channel(let id): "channel:\(id)"
        }
    }
}
