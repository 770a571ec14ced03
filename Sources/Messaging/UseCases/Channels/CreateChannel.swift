/// Adds an empty channel. Returns its id.
public struct CreateChannel: UseCase {
    public var name: String
    public var description: String

    public init(name: String, description: String) {
        self.name = name
        self.description = description
    }

    public func perform(_ work: Work) throws -> Int64 {
        try work.commit { commit in
            let id = try commit.stores.channels.createChannel(name: name, description: description, at: work.now)
            try commit.audit("create channel", "channel \(id)", detail: name)
            return id
        }
    }
}
