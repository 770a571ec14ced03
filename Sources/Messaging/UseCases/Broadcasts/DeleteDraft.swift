/// Deletes a draft and its receivers. Throws `StoreConflict.state` when it is no draft.
public struct DeleteDraft: UseCase {
    public var draft: Broadcast

    public init(_ draft: Broadcast) { self.draft = draft }

    public func perform(_ work: Work) throws {
        let noun = draft.origin == .bulk ? "broadcast" : "draft"
        try work.commit { commit in
            try commit.stores.broadcasts.deleteDraft(draft.id)
            try commit.audit("delete \(noun)", "broadcast \(draft.id)", detail: draft.displayName)
        }
    }
}
