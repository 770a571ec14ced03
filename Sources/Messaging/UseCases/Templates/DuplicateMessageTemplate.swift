/// Adds a copy of a message template under a name of its own. Returns the copy's id.
public struct DuplicateMessageTemplate: UseCase {
    public var original: MessageTemplate

    public init(_ original: MessageTemplate) { self.original = original }

    public func perform(_ work: Work) throws -> Int64 {
        var draft = original.draft
        draft.name = String("Copy of \(original.name)".prefix(TemplateLimits.name))
        return try work.commit { [draft] commit in
            let id = try commit.stores.templates.createTemplate(draft, by: work.actor.userID, at: work.now)
            try commit.audit(
                "duplicate message template", "template \(original.id)", detail: "as template \(id)")
            return id
        }
    }
}
