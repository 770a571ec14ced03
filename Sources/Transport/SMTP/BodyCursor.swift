import Glibc
import Messaging

/// Copies a message into a write window in pieces, with dot-stuffing (RFC 5321 section 4.5.2). Each byte is copied
/// once; lines that begin with a dot are found by memory search rather than a scan of each byte.
struct BodyCursor {
    private let body: MessageBody
    private var segment: [UInt8]
    private var index = 0
    /// Offset within `segment`.
    private var position = 0
    private var isAtLineStart = true

    init(_ body: MessageBody) {
        self.body = body
        segment = body[segment: 0]
    }

    var isDone: Bool { position == segment.count && index == body.segmentCount - 1 }
    var endsWithNewline: Bool { body.endsWithNewline }

    /// Copies as much as fits while keeping `reserve` bytes free.
    mutating func copy(into window: WriteWindow, reserve: Int) {
        while !isDone {
            if position == segment.count { moveToNextSegment() }
            var room = window.room - reserve
            guard room > 1 else { return }
            if isAtLineStart && segment[position] == 46 {
                window.append(".")
                room -= 1
            }
            segment.withUnsafeBytes { bytes in
                let limit = min(bytes.count, position + room)
                let end = Self.lineWithDot(in: bytes, after: position, before: limit)
                window.append(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
                position = end
                isAtLineStart = bytes[end - 1] == 10
            }
        }
    }

    private mutating func moveToNextSegment() {
        index += 1
        segment = body[segment: index]
        position = 0
    }

    /// Offset of the next line after `start` that begins with a dot; `limit` if there is none before it.
    private static func lineWithDot(in bytes: UnsafeRawBufferPointer, after start: Int, before limit: Int) -> Int {
        guard let base = bytes.baseAddress else { return limit }
        var position = start
        // glibc's memchr compares 32 bytes at a time, its memmem for two bytes one at a time.
        while position < limit, let newline = memchr(base + position, 10, limit - position) {
            position = UnsafeRawPointer(newline) - base + 1
            if position < limit && bytes[position] == 46 { return position }
        }
        return limit
    }
}
