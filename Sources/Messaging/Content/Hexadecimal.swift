/// Bytes as lower-case digits, two each: hashes are kept and compared as such text.
public enum Hexadecimal {
    private static let digits: StaticString = "0123456789abcdef"

    /// No generic sequence: from another module its bytes would be asked for one by one, which costs more than a hash.
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
