/// What points at a record.
public protocol DirectoryLinks: Sendable {
    /// Records of a kind that link to this one, the newest first; empty where that kind has no such link.
    func entities(_ kind: EntityKind, linkedTo entity: EntityReference, limit: Int) throws -> [Entity]
    /// Channels the record is subscribed to, by the time it was added, the latest first.
    func channels(of entityID: Int64, limit: Int) throws -> [Channel]
}
