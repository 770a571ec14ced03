import Foundation

/// Readable parts of a mail written by Switchboard's own composer: `multipart/alternative` of text and HTML (with its
/// pictures in a `multipart/related`), quoted-printable, base64 or plain (RFC 2045, RFC 2046, RFC 2387). Not a parser
/// for external mail; unknown parts are ignored.
struct SandboxMail: Sendable {
    private(set) var text: String?
    private(set) var html: String?
    /// `data:` URLs of the pictures, by content id.
    private var pictures: [String: String] = [:]

    /// Maximum number of parts, and of pictures.
    private static let mostParts = 20
    private static let mostHeaderLines = 500
    private static let deepest = 3

    init(_ bytes: [UInt8]) {
        read(bytes[...], depth: 0)
        for (contentID, url) in pictures { html = html?.replacingOccurrences(of: "cid:\(contentID)", with: url) }
    }

    private mutating func read(_ bytes: ArraySlice<UInt8>, depth: Int) {
        guard depth < Self.deepest else { return }
        let (headers, body) = Self.split(bytes)
        let type = headers["content-type"] ?? "text/plain"
        let kind = type.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        if kind.hasPrefix("multipart/") {
            guard let boundary = Self.boundary(type) else { return }
            for part in Self.parts(body, boundary: boundary) { read(part, depth: depth + 1) }
        } else if kind == "text/html" || kind == "text/plain" {
            let encoding = headers["content-transfer-encoding"]?.trimmingCharacters(in: .whitespaces).lowercased()
            let decoded = Self.decode(body, encoding ?? "7bit")
            if kind == "text/html", html == nil { html = decoded }
            if kind == "text/plain", text == nil { text = decoded }
        } else if kind.hasPrefix("image/"), let name = headers["content-id"], pictures.count < Self.mostParts {
            let base64 = String(decoding: body.filter { $0 > 0x20 }, as: UTF8.self)
            pictures[name.trimmingCharacters(in: ["<", ">"])] = "data:\(kind);base64,\(base64)"
        }
    }

    /// Headers with lower-cased names and unfolded lines (RFC 5322 §2.2.3), and the body.
    private static func split(_ bytes: ArraySlice<UInt8>) -> (headers: [String: String], body: ArraySlice<UInt8>) {
        var headers: [String: String] = [:]
        var name = ""
        var rest = bytes
        for _ in 0..<mostHeaderLines {
            let (line, after) = nextLine(rest)
            rest = after
            guard !line.isEmpty else { break }
            let text = String(decoding: line, as: UTF8.self)
            if text.first == " " || text.first == "\t" {
                headers[name, default: ""] += " " + text.trimmingCharacters(in: .whitespaces)
            } else if let colon = text.firstIndex(of: ":") {
                name = text[..<colon].lowercased()
                headers[name] = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            }
        }
        return (headers, rest)
    }

    private static func nextLine(
        _ bytes: ArraySlice<UInt8>
    ) -> (line: ArraySlice<UInt8>, rest: ArraySlice<UInt8>) {
        guard let end = bytes.firstIndex(of: 0x0A) else { return (bytes, bytes[bytes.endIndex...]) }
        let line = bytes[..<end]
        return (line.last == 0x0D ? line.dropLast() : line, bytes[(end + 1)...])
    }

    private static func boundary(_ type: String) -> String? {
        guard let start = type.range(of: "boundary=", options: .caseInsensitive) else { return nil }
        let value = type[start.upperBound...]
        let boundary = value.hasPrefix("\"") ? value.dropFirst().prefix { $0 != "\"" } : value.prefix { $0 != ";" }
        return boundary.isEmpty ? nil : boundary.trimmingCharacters(in: .whitespaces)
    }

    private static func parts(_ body: ArraySlice<UInt8>, boundary: String) -> [ArraySlice<UInt8>] {
        let mark = Array("--\(boundary)".utf8)
        var parts: [ArraySlice<UInt8>] = []
        var start: Int?
        var rest = body
        while !rest.isEmpty, parts.count < mostParts {
            let lineStart = rest.startIndex
            let (line, after) = nextLine(rest)
            rest = after
            guard line.starts(with: mark) else { continue }
            if let start { parts.append(body[start..<max(start, lineStart)]) }
            start = rest.startIndex
            if line.dropFirst(mark.count).starts(with: [0x2D, 0x2D]) { break }
        }
        return parts
    }

    private static func decode(_ body: ArraySlice<UInt8>, _ encoding: String) -> String {
        switch encoding {
        case "base64":
            let data = Data(base64Encoded: Data(body), options: .ignoreUnknownCharacters) ?? Data()
            return String(decoding: data, as: UTF8.self)
        case "quoted-printable": return String(decoding: quotedPrintable(body), as: UTF8.self)
        default: return String(decoding: body, as: UTF8.self)
        }
    }

    /// RFC 2045 §6.7; a malformed escape stays unchanged.
    private static func quotedPrintable(_ body: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(body.count)
        var index = body.startIndex
        while index < body.endIndex {
            let byte = body[index]
            let left = body.endIndex - index
            if byte != 0x3D {
                out.append(byte)
                index += 1
            } else if left > 1, body[index + 1] == 0x0A {
                index += 2
            } else if left > 2, body[index + 1] == 0x0D, body[index + 2] == 0x0A {
                index += 3
            } else if left > 2, let high = hex(body[index + 1]), let low = hex(body[index + 2]) {
                out.append(high << 4 | low)
                index += 3
            } else {
                out.append(byte)
                index += 1
            }
        }
        return out
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
