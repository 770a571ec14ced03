import Foundation
import Messaging

extension MailWriter {
    /// Writes an already composed part and its attachments as `multipart/mixed` (RFC 2046 section 5.1.3). Encoded files
    /// are shared segments.
    mutating func mixed(_ part: MailWriter, with attachments: [MessageAttachment], boundary: String) {
        header("Content-Type", "multipart/mixed;\r\n boundary=\"\(boundary)\"")
        append("\r\n--\(boundary)\r\n")
        append(part)
        for attachment in attachments {
            append("\r\n--\(boundary)\r\n")
            header("Content-Type", Self.mediaType(attachment.contentType))
            header("Content-Transfer-Encoding", "base64")
            header("Content-Disposition", "attachment" + Self.filename(attachment.filename))
            append("\r\n")
            append(shared: attachment.content.base64Lines)
        }
        append("\r\n--\(boundary)--\r\n")
    }

    /// Media type of an attachment; `application/octet-stream` for an invalid type or one that does not allow base64
    /// (RFC 2046 sections 5.1 and 5.2.1).
    private static func mediaType(_ text: String) -> String {
        let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false)
        // RFC 6838 section 4.2.
        func isName(_ part: Substring) -> Bool {
            !part.isEmpty && part.utf8.count <= 127
                && part.utf8.allSatisfy { byte in
                    switch byte {
                    case 48...57, 97...122, 33, 35, 36, 38, 43, 45, 46, 94, 95: true
                    default: false
                    }
                }
        }
        guard parts.count == 2, parts.allSatisfy(isName), parts[0] != "multipart", parts[0] != "message" else {
            return "application/octet-stream"
        }
        return parts.joined(separator: "/")
    }

    /// `filename` parameter (RFC 2183 section 2.3) without a path; in RFC 2231 form if the name is not ASCII or too
    /// long for one line.
    private static func filename(_ text: String) -> String {
        let last = OneLine.of(text).split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let name = last.isEmpty ? "attachment" : last
        if HeaderText.isPlain(name), name.utf8.count <= 60 {
            return ";\r\n filename=\"\(name.replacing("\"", with: "\\\""))\""
        }
        let pieces = pieces(of: name)
        if pieces.count == 1 { return ";\r\n filename*=UTF-8''\(pieces[0])" }
        return pieces.enumerated().map { index, piece in
            ";\r\n filename*\(index)*=\(index == 0 ? "UTF-8''" : "")\(piece)"
        }.joined()
    }

    /// Percent-encodes in pieces of at most 54 octets.
    private static func pieces(of name: String) -> [String] {
        var pieces = [""]
        for byte in name.utf8 {
            let isBare =
                switch byte {
                case 48...57, 65...90, 97...122, 45, 46, 95: true
                default: false
                }
            let code = isBare ? String(UnicodeScalar(byte)) : String(format: "%%%02X", Int(byte))
            if pieces[pieces.count - 1].utf8.count + code.utf8.count > 54 { pieces.append("") }
            pieces[pieces.count - 1] += code
        }
        return pieces
    }
}
