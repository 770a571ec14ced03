import CDigest
import Crypto
import Messaging

/// Fingerprint of a submitted body, stored with its attempt.
public enum Digest {
    /// Maximum bodies hashed together; each adds one nested call.
    private static let together = 64

    /// SHA-256 in lower-case hexadecimal, 64 characters.
    public static func hex(_ body: MessageBody) -> String {
        var hash = SHA256()
        for index in 0..<body.segmentCount { hash.update(data: body[segment: index]) }
        return Hexadecimal.text(Array(hash.finalize()))
    }

    /// SHA-256 of each body, in order. Single-segment bodies are hashed together: for 16 mails of 10 KB this costs a
    /// fifth of hashing one after the other on a processor without SHA-256 instructions.
    public static func hexes(_ bodies: [MessageBody]) -> [String] {
        guard bodies.count > 1 else { return bodies.map(hex) }
        let whole = bodies.filter { $0.segmentCount == 1 }
        var hexes = hexes(ofTexts: whole.map { $0[segment: 0] })[...]
        guard whole.count < bodies.count else { return Array(hexes) }
        return bodies.map { $0.segmentCount == 1 ? hexes.removeFirst() : hex($0) }
    }

    private static func hexes(ofTexts texts: [[UInt8]]) -> [String] {
        var hexes: [String] = []
        hexes.reserveCapacity(texts.count)
        for start in stride(from: 0, to: texts.count, by: together) {
            let part = texts[start..<min(start + together, texts.count)]
            var hashes = [UInt8](repeating: 0, count: part.count * SHA256.byteCount)
            var pointers: [UnsafePointer<UInt8>?] = []
            pointers.reserveCapacity(part.count)
            withPointers(to: part, &pointers) { pointers in
                switchboard_sha256_each(pointers, part.map(\.count), part.count, &hashes)
            }
            hexes += stride(from: 0, to: hashes.count, by: SHA256.byteCount).map {
                Hexadecimal.text(Array(hashes[$0..<$0 + SHA256.byteCount]))
            }
        }
        return hexes
    }

    /// Nests the calls, because pointers are valid only within the closure that provides them.
    private static func withPointers(
        to texts: ArraySlice<[UInt8]>, _ pointers: inout [UnsafePointer<UInt8>?],
        _ body: ([UnsafePointer<UInt8>?]) -> Void
    ) {
        guard let first = texts.first else { return body(pointers) }
        first.withUnsafeBufferPointer { bytes in
            pointers.append(bytes.baseAddress)
            withPointers(to: texts.dropFirst(), &pointers, body)
        }
    }
}
