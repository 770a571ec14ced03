/// Strict percent-decoding (RFC 3986 §2.1): malformed input is an error.
enum PercentDecoding {
    enum Failure: Error {
        case brokenEscape
        case invalidUTF8
        /// Rejected because C libraries (the store's, libcurl) and file names would truncate the text at NUL.
        case containsNUL
    }

    static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool) throws(Failure) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            var value = byte
            if byte == UInt8(ascii: "%") {
                guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
                    throw .brokenEscape
                }
                value = high << 4 | low
            } else if plusIsSpace && byte == UInt8(ascii: "+") {
                value = UInt8(ascii: " ")
            }
            if value == 0 { throw .containsNUL }
            decoded.append(value)
        }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .invalidUTF8 }
        return text
    }

    /// Value of a hexadecimal digit, in either case.
    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}

/// Iterates over the pairs of application/x-www-form-urlencoded (WHATWG URL §5.1).
struct URLEncodedPairs<Bytes: Collection<UInt8>> where Bytes.SubSequence: Collection<UInt8> {
    private var rest: Bytes.SubSequence

    init(_ bytes: Bytes) {
        rest = bytes[...]
    }

    /// nil at the end. A name without `=` has an empty value.
    mutating func next() throws(PercentDecoding.Failure) -> (name: String, value: String)? {
        let separator = UInt8(ascii: "&")
        rest = rest.drop { $0 == separator }
        guard !rest.isEmpty else { return nil }
        let pair = rest.prefix { $0 != separator }
        rest = rest[pair.endIndex...]
        let name = pair.prefix { $0 != UInt8(ascii: "=") }
        let value = pair[name.endIndex...].dropFirst()
        return (
            try PercentDecoding.decode(name, plusIsSpace: true), try PercentDecoding.decode(value, plusIsSpace: true)
        )
    }
}
