/// Changes a bulk broadcast while it is a draft. Throws `StoreConflict.version` when it was changed since `version`,
/// `StoreConflict.state` when it is no draft any more.
public struct SaveBulk: UseCase {
    public var id: Int64
    public var version: Int64
    public var draft: BulkDraft

    public init(id: Int64, version: Int64, _ draft: BulkDraft) {
        self.id = id
        self.version = version
        self.draft = draft
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.bulk.saveBulk(id, version: version, draft, by: work.actor.userID, at: work.now)
            try commit.audit("update broadcast", "broadcast \(id)", detail: draft.name)
        }
    }
}
