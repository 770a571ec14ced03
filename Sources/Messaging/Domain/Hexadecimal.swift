/// Bytes as lower-case digits, two each: hashes are kept and compared as such text.
public enum Hexadecimal {
    private static let digits: StaticString = "0123456789abcdef"

    public static func text(_ bytes: some Sequence<UInt8>, count: Int) -> String {
        String(unsafeUninitializedCapacity: count * 2) { text in
            var index = 0
            for byte in bytes.prefix(count) {
                text[index] = digits.utf8Start[Int(byte >> 4)]
                text[index + 1] = digits.utf8Start[Int(byte & 15)]
                index += 2
            }
            return index
        }
    }
}
