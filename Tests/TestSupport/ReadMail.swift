import Foundation

/// Reads a mail back, by the rules and nothing of the composer's own.
public struct ReadMail {
    public struct Unreadable: Error { var why: String }

    public let head: String
    public let body: [UInt8]
    private let fields: [(name: String, value: String)]

    public init(_ data: [UInt8]) throws {
        let marker = Array("\r\n\r\n".utf8)
        guard let end = data.indices.first(where: { data[$0...].starts(with: marker) }) else {
            throw Unreadable(why: "no end of headers")
        }
        head = String(decoding: data[..<end], as: UTF8.self)
        body = Array(data[(end + 4)...])
        var fields: [(String, String)] = []
        for line in head.split(separator: "\r\n", omittingEmptySubsequences: false) {
            if line.first == " " || line.first == "\t" {
                guard !fields.isEmpty else { throw Unreadable(why: "a fold without a header") }
                fields[fields.count - 1].1 += line
            } else {
                guard let colon = line.firstIndex(of: ":") else { throw Unreadable(why: "no colon in \(line)") }
                fields.append((String(line[..<colon]), String(line[line.index(after: colon)...].dropFirst())))
            }
        }
        self.fields = fields.map { (name: $0.0, value: $0.1) }
    }

    public var names: [String] { fields.map(\.name) }
    public var headerLines: [Substring] { head.split(separator: "\r\n") }
    public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    public var boundary: String {
        let type = self["Content-Type"] ?? ""
        return type.firstMatch(of: /boundary="([^"]+)"/).map { String($0.output.1) } ?? ""
    }

    public func parts() throws -> [ReadMail] {
        let text = String(decoding: body, as: UTF8.self)
        let pieces = ("\r\n" + text).components(separatedBy: "\r\n--\(boundary)")
        guard pieces.count >= 3, pieces.last == "--\r\n" else { throw Unreadable(why: "parts: \(pieces.count)") }
        return try pieces.dropFirst().dropLast().map { try ReadMail(Array($0.dropFirst().utf8)) }
    }

    /// The decoded text of a single part.
    public var text: String {
        switch self["Content-Transfer-Encoding"] {
        case "quoted-printable": String(decoding: Self.unquoted(body, underscore: false), as: UTF8.self)
        case "base64":
            String(
                decoding: Data(base64Encoded: Data(body), options: .ignoreUnknownCharacters) ?? Data(), as: UTF8.self)
        default: String(decoding: body, as: UTF8.self)
        }
    }

    public static func unquoted(_ bytes: [UInt8], underscore: Bool) -> [UInt8] {
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 61, index + 2 < bytes.count {
                if bytes[index + 1] != 13 {
                    out.append(UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)!)
                }
                index += 3
            } else {
                out.append(underscore && bytes[index] == 95 ? 32 : bytes[index])
                index += 1
            }
        }
        return out
    }

    /// Free text with its encoded-words read (RFC 2047): space between two of them does not count.
    public func decoded(_ name: String) -> String? { self[name].map(Self.decode) }

    public func decodedName(_ name: String) -> String? {
        guard let value = self[name], let angle = value.lastIndex(of: "<") else { return nil }
        let phrase = value[..<angle].trimmingCharacters(in: .whitespaces)
        guard phrase.hasPrefix("\"") else { return Self.decode(phrase) }
        return String(phrase.dropFirst().dropLast()).replacing(/\\(.)/) { $0.output.1 }
    }

    private static func decode(_ text: String) -> String {
        guard text.hasPrefix("=?") else { return text }
        var bytes: [UInt8] = []
        for word in text.matches(of: /=\?utf-8\?([QB])\?([^?]*)\?=/) {
            let piece =
                word.output.1 == "B"
                ? Array(Data(base64Encoded: String(word.output.2)) ?? Data())
                : unquoted(Array(word.output.2.utf8), underscore: true)
            guard String(validating: piece, as: UTF8.self) != nil else { return "a character was split" }
            bytes += piece
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
