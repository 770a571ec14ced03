/// Adds a message template, a wrapper or a mail template. Returns its id.
public struct CreateTemplate<Draft: StoredDraft>: UseCase {
    public var draft: Draft

    public init(_ draft: Draft) { self.draft = draft }

    public func perform(_ work: Work) throws -> Int64 {
        let storage = Draft.storage
        return try work.commit { commit in
            let id = try storage.create(commit.stores.templates, draft, work.actor.userID, work.now)
            try commit.audit("create \(storage.noun)", "\(storage.subject) \(id)", detail: draft.name)
            return id
        }
    }
}
