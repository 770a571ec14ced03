/// Marks an in-app message of a record as read. Throws `StoreConflict.notFound` when it is not in the record's inbox.
public struct ReadNotice: UseCase {
    public var id: Int64
    public var entity: Entity

    public init(_ id: Int64, of entity: Entity) {
        self.id = id
        self.entity = entity
    }

    public func perform(_ work: Work) throws -> Notice {
        try work.commit { commit in
            guard
                let (notice, isNew) = try commit.stores.notices.readNotice(id, of: entity.id, at: work.now)
            else { throw StoreConflict.notFound }
            if isNew {
                try commit.audit(
                    "read in-app message", "message \(notice.messageID)",
                    detail: "\(entity.kind.rawValue) \(entity.externalID)")
            }
            return notice
        }
    }
}
