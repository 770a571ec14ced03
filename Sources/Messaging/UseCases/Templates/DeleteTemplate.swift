/// Deletes a message template, a wrapper or a mail template. Throws `StoreConflict.state` while something names it.
public struct DeleteTemplate<Draft: StoredDraft>: UseCase {
    public var stored: Versioned<Draft>

    public init(_ stored: Versioned<Draft>) { self.stored = stored }

    public func perform(_ work: Work) throws {
        let storage = Draft.storage
        try work.commit { commit in
            try storage.delete(commit.stores.templates, stored.id)
            try commit.audit("delete \(storage.noun)", "\(storage.subject) \(stored.id)", detail: stored.name)
        }
    }
}
