import Messaging

/// Extracts `data:` pictures from a mail's HTML into parts of their own (RFC 2392 `cid:` URLs in a `multipart/related`,
/// RFC 2387), because most mail clients do not display `data:` pictures.
struct InlinePictures {
    struct Picture: Hashable {
        var contentID: String
        /// Media type, for example `image/png`.
        var type: String
        var base64: String
    }

    private(set) var html: String
    private(set) var pictures: [Picture] = []

    /// - Parameter name: right-hand side of the content ids, unique to the message.
    init(_ source: String, name: String) {
        html = source
        // Fast path: nearly every mail has none.
        guard source.utf8.contains(sequence: "data:image/".utf8) else { return }
        var out = ""
        var known: [String: String] = [:]
        var rest = source[...]
        while let found = Self.next(in: rest) {
            out += rest[..<found.range.lowerBound]
            let key = found.type + found.base64
            let contentID = known[key] ?? "picture\(known.count + 1).\(name)"
            if known.updateValue(contentID, forKey: key) == nil {
                pictures.append(Picture(contentID: contentID, type: found.type, base64: found.base64))
            }
            out += "cid:\(contentID)"
            rest = rest[found.range.upperBound...]
        }
        html = out + rest
    }

    private struct Found {
        var range: Range<Substring.Index>
        var type: String
        var base64: String
    }

    /// Finds the next `data:image/…;base64,…` that fills a quoted attribute value.
    private static func next(in text: Substring) -> Found? {
        var from = text.startIndex
        while let start = text[from...].firstRange(of: "data:image/") {
            from = start.upperBound
            guard start.lowerBound > text.startIndex else { continue }
            let quote = text[text.index(before: start.lowerBound)]
            guard quote == "\"" || quote == "'", let end = text[from...].firstIndex(of: quote),
                let comma = text[from..<end].firstIndex(of: ",")
            else { continue }
            let kind = text[from..<comma].lowercased()
            guard kind.hasSuffix(";base64"), ["png", "jpeg", "gif", "webp"].contains(String(kind.dropLast(7))) else {
                continue
            }
            let base64 = text[text.index(after: comma)..<end]
            guard !base64.isEmpty, base64.utf8.allSatisfy(Self.isBase64) else { continue }
            return Found(
                range: start.lowerBound..<end, type: "image/\(kind.dropLast(7))", base64: String(base64))
        }
        return nil
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 43, 47, 61: true
        default: false
        }
    }
}

extension Sequence<UInt8> {
    fileprivate func contains(sequence wanted: some Collection<UInt8>) -> Bool {
        let wanted = Array(wanted)
        var matched = 0
        for byte in self {
            if byte == wanted[matched] {
                matched += 1
                if matched == wanted.count { return true }
            } else {
                // No prefix of the search words recurs as their suffix except the first letter, so a mismatch restarts
                // there.
                matched = byte == wanted[0] ? 1 : 0
            }
        }
        return false
    }
}
