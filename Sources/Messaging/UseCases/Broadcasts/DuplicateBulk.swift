/// Makes a draft of any bulk broadcast. Its receivers come by a job, of which the beginning is done when this returns.
public struct DuplicateBulk: UseCase {
    public var original: Broadcast
    public var name: String

    public init(_ original: Broadcast, name: String) {
        self.original = original
        self.name = name
    }

    /// The copy's id.
    public func perform(_ work: Work) throws -> Int64 {
        let copy = try work.commit { commit in
            let copy = try commit.stores.bulk.duplicateBulk(
                original.id, name: name, by: work.actor.userID, at: work.now)
            try commit.audit(
                "duplicate broadcast", "broadcast \(original.id)", detail: "as broadcast \(copy.broadcast)")
            return copy
        }
        _ = try ReceiverJobs([copy.job]).goOn(work)
        return copy.broadcast
    }
}
