/// Adds a record to the directory, or changes one. Throws `StoreConflict.version` when it was changed since `version`,
/// `StoreConflict.duplicate` when a new one has the external id of another, `AccessRefused.lacks`.
///
/// A change that changes nothing is audited only where a person saved a form.
public struct SaveRecord: UseCase {
    /// What the change is written over.
    public enum Target: Sendable {
        /// The record of that external id, else a new one, as programs keep it in step. The actor needs the permission
        /// for what it turns out to be.
        case byExternalID
        /// A new record, by a form.
        case new
        /// A record whose form was opened at that version.
        case stored(Entity, version: Int64)
    }

    public var change: EntityChange
    public var kind: EntityKind
    public var target: Target

    public init(_ change: EntityChange, of kind: EntityKind, _ target: Target) {
        self.change = change
        self.kind = kind
        self.target = target
    }

    /// `.rejected` when it does not hold; nothing is changed then.
    public func perform(_ work: Work) throws -> RowOutcome {
        try work.commit { commit in
            let directory = commit.stores.directory
            let outcome: RowOutcome? =
                switch target {
                case .byExternalID:
                    try directory.apply([change], of: kind, isImport: false, at: work.now).first
                case .new:
                    try add(to: directory, at: work.now)
                case .stored(let entity, let version):
                    try directory.save(change, to: entity.id, version: version, at: work.now)
                }
            guard let outcome else { throw StoreConflict.notFound }
            if case .byExternalID = target { try check(outcome, work.actor) }
            if let verb = verb(outcome) { try commit.audit("\(verb) \(kind.rawValue)", change.externalID) }
            return outcome
        }
    }

    /// The record that is there is somebody else's work: a form that did not show it must not write over it.
    private func add(to directory: any DirectoryStore, at now: Timestamp) throws -> RowOutcome? {
        guard try directory.entity(kind: kind, externalID: change.externalID) == nil else {
            throw StoreConflict.duplicate("There is a \(kind.rawValue) with this external id already.")
        }
        return try directory.apply([change], of: kind, isImport: false, at: now).first
    }

    private func check(_ outcome: RowOutcome, _ actor: Actor) throws {
        switch outcome {
        case .created: try actor.mustHold(.createDirectory)
        case .updated, .unchanged: try actor.mustHold(.updateDirectory)
        case .rejected: break
        }
    }

    private func verb(_ outcome: RowOutcome) -> String? {
        switch (target, outcome) {
        case (_, .rejected): nil
        case (.new, _): "create"
        case (.stored, _): "update"
        case (.byExternalID, .created): "create"
        case (.byExternalID, .updated): "update"
        case (.byExternalID, .unchanged): nil
        }
    }
}
