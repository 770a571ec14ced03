import Foundation

/// Base64 for mail (RFC 2045 section 6.8): lines of 76 ending with CRLF, the last without.
public enum Base64Lines {
    /// Bytes encoded at a time: a multiple of whole lines. Foundation's encoder would need memory for two more copies.
    private static let step = 57 * 1024

    public static func of(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        let lines = (bytes.count + 56) / 57
        out.reserveCapacity((bytes.count + 2) / 3 * 4 + 2 * lines)
        for start in stride(from: 0, to: bytes.count, by: step) {
            if start > 0 { out += [13, 10] }
            let piece = Data(bytes[start..<min(start + step, bytes.count)])
            out += piece.base64EncodedData(options: [
                .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
            ])
        }
        return out
    }
}
