import Foundation

/// Protocol violation by the server; the connection cannot be used any further.
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

/// Splits a byte stream into SMTP replies (RFC 5321 section 4.2), independent of read boundaries. Bounded: an endless
/// line or reply is an error.
struct ReplyParser {
    /// Maximum line length in bytes. RFC 5321 section 4.5.3.1.5 allows 512, but servers in use send longer ones.
    static let longestLine = 2048
    static let longestReply = 16 * 1024

    /// Text of the last complete reply: lines joined by spaces, without codes.
    private(set) var text: [UInt8] = []
    private var partialLine: [UInt8] = []
    private var code = 0
    private var replyBytes = 0
    private var isComplete = true

    /// Returns the code of the next complete reply in `bytes` from `offset` on and advances `offset` past it; `nil`
    /// when all bytes are consumed.
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

    /// Returns true if this line ends a reply.
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

    /// Text of the last reply for display: valid UTF-8 without control characters.
    var readableText: String {
        guard text.contains(where: { $0 < 32 || $0 == 127 }) else { return String(decoding: text, as: UTF8.self) }
        return String(decoding: text.map { $0 < 32 || $0 == 127 ? 32 : $0 }, as: UTF8.self)
    }
}
