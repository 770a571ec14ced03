/// Changes a channel's name and description. Throws `StoreConflict.version` when it was changed since `version`.
public struct UpdateChannel: UseCase {
    public var id: Int64
    public var version: Int64
    public var name: String
    public var description: String

    public init(id: Int64, version: Int64, name: String, description: String) {
        self.id = id
        self.version = version
        self.name = name
        self.description = description
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.channels.updateChannel(
                id, version: version, name: name, description: description, at: work.now)
            try commit.audit("update channel", "channel \(id)", detail: name)
        }
    }
}
