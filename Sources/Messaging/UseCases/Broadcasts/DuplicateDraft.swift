/// Makes a draft of any broadcast of the Compose Wizard, receivers included. Returns the copy's id.
public struct DuplicateDraft: UseCase {
    public var original: Broadcast
    public var name: String

    public init(_ original: Broadcast, name: String) {
        self.original = original
        self.name = name
    }

    public func perform(_ work: Work) throws -> Int64 {
        try work.commit { commit in
            let copy = try commit.stores.broadcasts.duplicateDraft(
                original.id, name: name, by: work.actor.userID, at: work.now)
            try commit.audit("duplicate draft", "broadcast \(original.id)", detail: "as broadcast \(copy)")
            return copy
        }
    }
}
