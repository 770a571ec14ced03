/// Lower-case hexadecimal, two digits per byte, in which hashes are stored and compared.
public enum Hexadecimal {
    private static let digits: StaticString = "0123456789abcdef"

    /// Not generic: a generic sequence from another module would be read byte by byte, which costs more than a hash.
    public static func text(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { text in
            var index = 0
            for byte in bytes {
                text[index] = digits.utf8Start[Int(byte >> 4)]
                text[index + 1] = digits.utf8Start[Int(byte & 15)]
                index += 2
            }
            return index
        }
    }
}
