/// Deletes a record of the directory with its devices and its in-app inbox. Messages keep the name and the address they
/// have.
public struct DeleteRecord: UseCase {
    public var entity: Entity

    public init(_ entity: Entity) { self.entity = entity }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.directory.deleteEntity(entity.id)
            try commit.audit("delete \(entity.kind.rawValue)", entity.externalID)
        }
    }
}
