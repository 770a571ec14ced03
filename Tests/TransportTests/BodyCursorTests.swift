import Messaging
import Testing

@testable import Transport

@Suite("Segmented bodies")
struct BodyCursorTests {
    private static func cut(_ text: [UInt8], _ random: inout SeededGenerator) -> MessageBody {
        var body = MessageBody()
        var start = 0
        while start < text.count {
            let end = min(text.count, start + Int.random(in: 1...9, using: &random))
            body.append(Array(text[start..<end]))
            start = end
        }
        return body
    }

    private static func text(_ random: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...200, using: &random)).flatMap { _ -> [UInt8] in
            [[46], [13, 10], [13, 10, 46], [120], [120, 121, 122]].randomElement(using: &random)!
        }
    }

    /// Reference implementation of RFC 5321 section 4.5.2, byte by byte.
    private static func stuffed(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for (index, byte) in text.enumerated() {
            if byte == 46, index == 0 || text[index - 1] == 10 { out.append(46) }
            out.append(byte)
        }
        return out
    }

    @Test("Dot-stuffing is independent of segment boundaries and of the space available", arguments: 1..<200)
    func stuffing(seed: UInt64) {
        var random = SeededGenerator(seed)
        let text = Self.text(&random)
        let body = Self.cut(text, &random)
        #expect(body.bytes == text)
        #expect(body.count == text.count)
        #expect(body.endsWithNewline == (text.suffix(2) == [13, 10]))
        var cursor = BodyCursor(body)
        let window = WriteWindow()
        var written: [UInt8] = []
        while !cursor.isDone {
            cursor.copy(into: window, reserve: window.room - Int.random(in: 2...12, using: &random))
            written += window.unwritten
            window.wrote(window.unwritten.count, offering: window.unwritten.count)
        }
        #expect(written == Self.stuffed(text))
    }

    @Test("HTTP reads the whole body in small chunks", arguments: 1..<50)
    func reading(seed: UInt64) {
        var random = SeededGenerator(seed)
        let text = Self.text(&random)
        var reader = BodyReader(Self.cut(text, &random))
        var read: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16)
        while !reader.isDone {
            let room = Int.random(in: 1...16, using: &random)
            let count = buffer.withUnsafeMutableBytes {
                reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<room]))
            }
            #expect(count == min(room, text.count - read.count))
            read += buffer[..<count]
        }
        #expect(read == text)
    }
}
