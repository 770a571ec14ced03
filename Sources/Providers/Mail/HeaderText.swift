import Foundation

/// Encodes user-supplied text for mail headers and prevents header injection.
enum HeaderText {
    /// Printable ASCII that cannot be mistaken for an encoded-word and folds into lines of 76.
    static func isPlain(_ text: String) -> Bool {
        var last: UInt8 = 0
        var word = 0
        for byte in text.utf8 {
            guard (32...126).contains(byte), !(last == UInt8(ascii: "=") && byte == UInt8(ascii: "?")) else {
                return false
            }
            last = byte
            word = byte == 32 ? 0 : word + 1
            if word > 60 { return false }
        }
        return true
    }

    private static func hasDoubleSpace(_ text: String) -> Bool {
        var last: UInt8 = 0
        for byte in text.utf8 {
            if byte == 32 && last == 32 { return true }
            last = byte
        }
        return false
    }

    /// Encodes as RFC 2047 encoded-words of at most 75 octets, folded into lines of at most 76, in the shorter of the
    /// two encodings. Characters are never split. `column` is the space already used on the first line.
    static func encodedWords(_ text: String, column: Int) -> String {
        let special = text.utf8.count { !isQSafe($0) && $0 != 32 }
        let isBase64 = special * 2 > text.utf8.count / 3
        let prefix = isBase64 ? "=?utf-8?B?" : "=?utf-8?Q?"
        var out = ""
        var chunk: [UInt8] = []
        /// Octets of the chunk in Q encoding.
        var width = 0
        // The first word shares its line with the header's name.
        var room = max(76 - column, 24) - prefix.utf8.count - 2
        func fits(_ count: Int, _ quoted: Int) -> Bool {
            (isBase64 ? (chunk.count + count + 2) / 3 * 4 : width + quoted) <= room
        }
        func take(_ piece: Substring.UTF8View, _ quoted: Int) {
            chunk.append(contentsOf: piece)
            width += quoted
        }
        func close() {
            guard !chunk.isEmpty else { return }
            if !out.isEmpty { out += "\r\n " }
            out += prefix
            out += isBase64 ? Data(chunk).base64EncodedString() : quoted(chunk)
            out += "?="
            chunk.removeAll(keepingCapacity: true)
            width = 0
            room = 75 - prefix.utf8.count - 2
        }
        var index = text.startIndex
        while index < text.endIndex {
            let end = text.index(after: index)
            // Splits between characters if they fit, otherwise between scalars: a family emoji alone can exceed 75
            // octets.
            let bytes = text[index..<end].utf8
            let cost = quotedWidth(bytes)
            if fits(bytes.count, cost) {
                take(bytes, cost)
            } else {
                close()
                for place in text.unicodeScalars[index..<end].indices {
                    let piece = text[place..<text.unicodeScalars.index(after: place)].utf8
                    let cost = quotedWidth(piece)
                    if !fits(piece.count, cost) { close() }
                    take(piece, cost)
                }
            }
            index = end
        }
        close()
        return out
    }

    private static func quotedWidth(_ bytes: Substring.UTF8View) -> Int {
        bytes.reduce(0) { $0 + (isQSafe($1) || $1 == 32 ? 1 : 3) }
    }

    /// RFC 2047 section 5 (3): characters allowed unencoded in an encoded-word within a phrase.
    private static func isQSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 33, 42, 43, 45, 47: true
        default: false
        }
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    private static func quoted(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        for byte in bytes {
            if byte == 32 {
                out.append(95)
            } else if isQSafe(byte) {
                out.append(byte)
            } else {
                out += [61, hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Display name: bare, quoted, or as encoded-words.
    static func phrase(_ name: String, column: Int) -> String {
        guard isPlain(name), name.utf8.count <= 60 else { return encodedWords(name, column: column) }
        let isBare = name.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 32, 33, 35...39, 42, 43, 45, 47, 61, 63, 94...96, 123...126: true
            default: false
            }
        }
        if isBare && !hasDoubleSpace(name) { return name }
        return "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
