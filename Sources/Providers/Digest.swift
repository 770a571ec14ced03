import Crypto

/// The fingerprint an attempt keeps of what was handed over.
public enum Digest {
    private static let digits: [UInt8] = Array("0123456789abcdef".utf8)

    /// SHA-256 in lower-case hexadecimal, 64 characters.
    public static func hex(_ bytes: [UInt8]) -> String {
        let hash = SHA256.hash(data: bytes)
        return String(unsafeUninitializedCapacity: SHA256.byteCount * 2) { text in
            var index = 0
            for byte in hash {
                text[index] = digits[Int(byte >> 4)]
                text[index + 1] = digits[Int(byte & 15)]
                index += 2
            }
            return index
        }
    }
}
