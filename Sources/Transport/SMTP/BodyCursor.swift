import Glibc

/// Copies a message into a write window, dot-stuffed (RFC 5321 section 4.5.2), a piece at a time. The bytes are copied
/// once; lines that begin with a dot are found by searching, not by looking at each byte.
struct BodyCursor {
    private let data: [UInt8]
    private var position = 0
    /// Where the next line that begins with a dot begins; the end when there is none.
    private var nextDot: Int

    init(_ data: [UInt8]) {
        self.data = data
        nextDot = data.first == 46 ? 0 : Self.lineWithDot(in: data, from: 0)
    }

    var isDone: Bool { position == data.count }
    var endsWithNewline: Bool { data.count >= 2 && data[data.count - 2] == 13 && data[data.count - 1] == 10 }

    /// Copies as much as fits while `reserve` bytes stay free.
    mutating func copy(into window: WriteWindow, reserve: Int) {
        while position < data.count {
            var room = window.room - reserve
            guard room > 1 else { return }
            if position == nextDot {
                window.append(".")
                room -= 1
                nextDot = Self.lineWithDot(in: data, from: position)
            }
            let end = min(nextDot, position + room)
            data.withUnsafeBytes { window.append(UnsafeRawBufferPointer(rebasing: $0[position..<end])) }
            position = end
        }
    }

    private static func lineWithDot(in data: [UInt8], from start: Int) -> Int {
        data.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            var position = start
            // glibc's memchr looks at 32 bytes at once, its memmem for two bytes at one.
            while position < bytes.count, let newline = memchr(base + position, 10, bytes.count - position) {
                position = UnsafeRawPointer(newline) - base + 1
                if position < bytes.count && bytes[position] == 46 { return position }
            }
            return bytes.count
        }
    }
}
