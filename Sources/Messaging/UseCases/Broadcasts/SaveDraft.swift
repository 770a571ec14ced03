/// Changes a draft of the Compose Wizard. Returns the new version; throws `StoreConflict.version` when it was changed since
/// `version`, `StoreConflict.state` when it is no draft any more.
public struct SaveDraft: UseCase {
    public var id: Int64
    public var version: Int64
    public var change: DraftChange
    /// What was changed, for the audit; `nil` for the saving that goes on while somebody types, which is not audited.
    public var detail: String?

    public init(id: Int64, version: Int64, change: DraftChange, detail: String?) {
        self.id = id
        self.version = version
        self.change = change
        self.detail = detail
    }

    public func perform(_ work: Work) throws -> Int64 {
        try work.commit { commit in
            let saved = try commit.stores.broadcasts.saveDraft(
                id, version: version, change: change, by: work.actor.userID, at: work.now)
            if let detail { try commit.audit("update draft", "broadcast \(id)", detail: detail) }
            return saved
        }
    }
}
