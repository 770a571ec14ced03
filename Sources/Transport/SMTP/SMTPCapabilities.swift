/// Extensions announced by a mail server in its EHLO reply (RFC 5321 section 4.1.1.1).
struct SMTPCapabilities: Sendable, Hashable {
    var pipelining = false
    /// Maximum message size in octets (RFC 1870); `nil` if the server states no limit.
    var size: Int?
    /// The server supports the SIZE parameter, with or without a limit.
    var offersSize = false
    var smtpUTF8 = false
    var eightBitMIME = false
    var enhancedStatusCodes = false

    init() {}

    /// Parses the lines of an EHLO reply, codes included (`250-PIPELINING`). The first line is the greeting and names
    /// no extension.
    init(ehloLines: [String]) {
        for line in ehloLines.dropFirst() { note(line) }
    }

    private mutating func note(_ line: String) {
        let words = line.dropFirst(4).split(whereSeparator: { $0 == " " || $0.isNewline })
        guard let keyword = words.first?.uppercased() else { return }
        switch keyword {
        case "PIPELINING": pipelining = true
        case "SMTPUTF8": smtpUTF8 = true
        case "8BITMIME": eightBitMIME = true
        case "ENHANCEDSTATUSCODES": enhancedStatusCodes = true
        case "SIZE":
            offersSize = true
            // RFC 1870 section 4: 0 or no number means no fixed limit.
            size = words.count > 1 ? Int(words[1]).flatMap { $0 > 0 ? $0 : nil } : nil
        default: break
        }
    }
}
