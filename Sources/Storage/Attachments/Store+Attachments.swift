import Crypto
import Messaging

extension Store: AttachmentStore {
    public func keepAttachment(_ bytes: [UInt8], contentType: String, at: Timestamp) throws -> String {
        let hash = Hexadecimal.text(Array(SHA256.hash(data: bytes)))
        if try attachmentFacts(hash) != nil { return hash }
        try engine.write(.accept) { connection in
            try connection.run(
                """
                INSERT INTO attachments (hash, size, content_type, bytes, created_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (hash) DO NOTHING
                """, [.text(hash), .int(bytes.count), .text(contentType), .bytes(bytes), .time(at)])
        }
        return hash
    }

    public func attachmentFacts(_ hash: String) throws -> AttachmentFacts? {
        try engine.read { connection in
            try connection.first(
                "SELECT hash, size, content_type FROM attachments WHERE hash = $1", [.text(hash)], Self.facts)
        }
    }

    public func attachment(_ hash: String) throws -> StoredAttachment? {
        try engine.read { connection in
            try connection.first(
                "SELECT hash, size, content_type, bytes FROM attachments WHERE hash = $1", [.text(hash)]
            ) { StoredAttachment(facts: Self.facts(&$0), bytes: $0.bytes()) }
        }
    }

    private static func facts(_ columns: inout Columns) -> AttachmentFacts {
        AttachmentFacts(hash: columns.text(), size: columns.count(), contentType: columns.text())
    }
}
