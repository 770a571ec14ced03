import Synchronization

/// File attached to a message.
public struct MessageAttachment: Sendable, Hashable {
    /// Name shown to the reader, for example `Offer.pdf`.
    public var filename: String
    /// Media type without parameters (RFC 2045 section 5.1), for example `application/pdf`.
    public var contentType: String
    public var content: AttachmentContent

    public init(filename: String, contentType: String, content: AttachmentContent) {
        self.filename = filename
        self.contentType = contentType
        self.content = content
    }
}

/// Content of an attachment, held in memory once for all messages that carry it.
public final class AttachmentContent: Sendable, Hashable {
    public let bytes: [UInt8]
    private let encoded = Mutex<[UInt8]?>(nil)

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Base64 in lines of 76 (RFC 2045 section 6.8), without a line ending after the last. Encoded once, then shared.
    public var base64Lines: [UInt8] {
        encoded.withLock { encoded in
            if let encoded { return encoded }
            let lines = Base64Lines.of(bytes)
            encoded = lines
            return lines
        }
    }

    public static func == (left: AttachmentContent, right: AttachmentContent) -> Bool {
        left === right || left.bytes == right.bytes
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(bytes.count) }
}

extension [MessageAttachment] {
    /// Size limit of all attachments of a message together, before encoding: 25 MB.
    public static var mostBytes: Int { 25 * 1024 * 1024 }

    /// - Throws: `MessageRefused` if the attachments exceed `mostBytes`.
    public func checkSize() throws(MessageRefused) {
        let bytes = reduce(0) { $0 + $1.content.bytes.count }
        guard bytes > Self.mostBytes else { return }
        // Rounded up, so that the size shown is always above the limit.
        let tenths = (bytes * 10 + 1024 * 1024 - 1) / (1024 * 1024)
        throw MessageRefused(
            "The attachments are \(tenths / 10).\(tenths % 10) MB together. "
                + "A message may carry \(Self.mostBytes / 1024 / 1024) MB.")
    }
}

/// Provider that supports attachments: its transfers contain those of the message. Other providers refuse messages with
/// attachments.
public protocol AttachmentCarrying: Provider {
    /// Whether messages of this account carry attachments; one kind may serve several delivery channels.
    var carriesAttachments: Bool { get }
}

extension AttachmentCarrying {
    public var carriesAttachments: Bool { true }
}

extension Provider {
    /// - Throws: `MessageRefused` if the provider does not support the attachments.
    public func check(_ attachments: [MessageAttachment]) throws(MessageRefused) {
        guard !attachments.isEmpty else { return }
        guard (self as? any AttachmentCarrying)?.carriesAttachments == true else {
            throw MessageRefused("\(Self.title) does not send attachments.")
        }
        try attachments.checkSize()
    }
}
