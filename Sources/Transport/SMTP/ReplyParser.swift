import Foundation

/// The server broke the protocol; the connection cannot be trusted any further.
enum SMTPBreach: Error, Equatable {
    case lineTooLong, replyTooLong, notAReply, mixedCodes, unasked

    var words: String {
        switch self {
        case .lineTooLong: "The server sent a line longer than \(ReplyParser.longestLine) bytes."
        case .replyTooLong: "The server sent a reply longer than \(ReplyParser.longestReply) bytes."
        case .notAReply: "The server sent something that is not an SMTP reply."
        case .mixedCodes: "The server mixed several codes in one reply."
        case .unasked: "The server answered what had not been asked."
        }
    }
}

/// Cuts a byte stream into SMTP replies (RFC 5321 section 4.2), whatever the borders of the reads. Bounded: a server
/// that never ends a line, or a reply, is stopped.
struct ReplyParser {
    /// RFC 5321 section 4.5.3.1.5 allows 512; real servers explain themselves at more length.
    static let longestLine = 2048
    static let longestReply = 16 * 1024

    /// The text of the last complete reply, lines joined by spaces, without codes.
    private(set) var text: [UInt8] = []
    private var partialLine: [UInt8] = []
    private var code = 0
    private var replyBytes = 0
    private var isComplete = true

    /// The code of the next complete reply in `bytes` from `offset` on, which is moved behind it; `nil` when all
    /// bytes are used up.
    mutating func next(in bytes: UnsafeRawBufferPointer, from offset: inout Int) throws(SMTPBreach) -> Int? {
        while offset < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            guard let newline = memchr(rest.baseAddress!, 10, rest.count) else {
                guard partialLine.count + rest.count < Self.longestLine else { throw .lineTooLong }
                partialLine.append(contentsOf: rest)
                offset = bytes.count
                return nil
            }
            let length = UnsafeRawPointer(newline) - rest.baseAddress!
            offset += length + 1
            guard partialLine.count + length < Self.longestLine else { throw .lineTooLong }
            let line = UnsafeRawBufferPointer(rebasing: rest[..<length])
            if try take(line) { return code }
        }
        return nil
    }

    private mutating func take(_ line: UnsafeRawBufferPointer) throws(SMTPBreach) -> Bool {
        if partialLine.isEmpty { return try read(line) }
        partialLine.append(contentsOf: line)
        let whole = partialLine
        partialLine.removeAll(keepingCapacity: true)
        var result: Result<Bool, SMTPBreach> = .success(false)
        whole.withUnsafeBytes { bytes in
            do throws(SMTPBreach) { result = .success(try read(bytes)) } catch { result = .failure(error) }
        }
        return try result.get()
    }

    /// True when this line ends a reply.
    private mutating func read(_ raw: UnsafeRawBufferPointer) throws(SMTPBreach) -> Bool {
        let line = raw.last == 13 ? UnsafeRawBufferPointer(rebasing: raw.dropLast()) : raw
        guard line.count >= 3, let number = Self.number(line), line.count == 3 || line[3] == 32 || line[3] == 45 else {
            throw .notAReply
        }
        if isComplete {
            text.removeAll(keepingCapacity: true)
            (code, replyBytes, isComplete) = (number, 0, false)
        } else if code != number {
            throw .mixedCodes
        }
        replyBytes += raw.count + 1
        guard replyBytes <= Self.longestReply else { throw .replyTooLong }
        if line.count > 4 {
            if !text.isEmpty { text.append(32) }
            text.append(contentsOf: line[4...])
        }
        isComplete = line.count == 3 || line[3] == 32
        return isComplete
    }

    private static func number(_ line: UnsafeRawBufferPointer) -> Int? {
        guard (50...53).contains(line[0]), (48...57).contains(line[1]), (48...57).contains(line[2]) else { return nil }
        return Int(line[0] - 48) * 100 + Int(line[1] - 48) * 10 + Int(line[2] - 48)
    }

    /// The text of the last reply for people: repaired UTF-8, no control characters.
    var readableText: String {
        guard text.contains(where: { $0 < 32 || $0 == 127 }) else { return String(decoding: text, as: UTF8.self) }
        return String(decoding: text.map { $0 < 32 || $0 == 127 ? 32 : $0 }, as: UTF8.self)
    }
}
