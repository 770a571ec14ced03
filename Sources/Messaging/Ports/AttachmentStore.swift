/// Files that messages carry, each kept once however many messages carry it.
public protocol AttachmentStore: Sendable {
    /// Keeps a file and returns the SHA-256 of its bytes in lower-case hexadecimal, which names it. Bytes that are there
    /// already keep the content type they came with first.
    func keepAttachment(_ bytes: [UInt8], contentType: String, at: Timestamp) throws -> String
    /// `nil` when there is none of that hash.
    func attachment(_ hash: String) throws -> StoredAttachment?
    /// Without its bytes.
    func attachmentFacts(_ hash: String) throws -> AttachmentFacts?
}

public struct AttachmentFacts: Sendable, Hashable {
    /// SHA-256 in lower-case hexadecimal, 64 characters.
    public var hash: String
    /// Bytes.
    public var size: Int
    public var contentType: String

    public init(hash: String, size: Int, contentType: String) {
        self.hash = hash
        self.size = size
        self.contentType = contentType
    }
}

/// A file with its bytes, as the store has it.
public struct StoredAttachment: Sendable, Hashable {
    public var facts: AttachmentFacts
    public var bytes: [UInt8]

    public init(facts: AttachmentFacts, bytes: [UInt8]) {
        self.facts = facts
        self.bytes = bytes
    }
}
