/// Changes a message template, a wrapper or a mail template. Throws `StoreConflict.version` when it was changed since
/// `version`.
public struct SaveTemplate<Draft: StoredDraft>: UseCase {
    public var id: Int64
    public var version: Int64
    public var draft: Draft

    public init(id: Int64, version: Int64, _ draft: Draft) {
        self.id = id
        self.version = version
        self.draft = draft
    }

    public func perform(_ work: Work) throws {
        let storage = Draft.storage
        try work.commit { commit in
            try storage.save(commit.stores.templates, id, version, draft, work.actor.userID, work.now)
            try commit.audit("update \(storage.noun)", "\(storage.subject) \(id)", detail: draft.name)
        }
    }
}
