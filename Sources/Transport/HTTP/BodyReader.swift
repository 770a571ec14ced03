import Messaging

/// Reads a segmented body sequentially, across segment boundaries.
struct BodyReader {
    private let body: MessageBody
    private var index = 0
    /// Offset within the current segment.
    private var position = 0
    /// Bytes read so far.
    private(set) var taken = 0

    init(_ body: MessageBody = MessageBody()) { self.body = body }

    var isEmpty: Bool { body.count == 0 }
    var isDone: Bool { taken == body.count }

    /// Fills the buffer with the bytes available. Returns their number, 0 at the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        while filled < buffer.count, !isDone {
            let segment = body[segment: index]
            let count = min(buffer.count - filled, segment.count - position)
            segment.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<(filled + count)])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)]))
            }
            (filled, position, taken) = (filled + count, position + count, taken + count)
            if position == segment.count { (index, position) = (index + 1, 0) }
        }
        return filled
    }
}
