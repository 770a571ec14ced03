/// Begins a bulk broadcast. Returns its id.
public struct CreateBulk: UseCase {
    public var draft: BulkDraft

    public init(_ draft: BulkDraft) { self.draft = draft }

    public func perform(_ work: Work) throws -> Int64 {
        try work.commit { commit in
            let id = try commit.stores.bulk.createBulk(draft, by: work.actor.userID, at: work.now)
            try commit.audit("create broadcast", "broadcast \(id)", detail: draft.name)
            return id
        }
    }
}
