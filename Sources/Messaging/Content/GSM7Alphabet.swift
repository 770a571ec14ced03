/// Default alphabet of SMS: 3GPP TS 23.038 (GSM 03.38), section 6.2.1, without national shift tables.
enum GSM7Alphabet {
    /// Septets a character takes: 1 in the basic table, 2 (escape and character) in the extension table, nil in
    /// neither.
    static func units(of scalar: Unicode.Scalar) -> Int? {
        if scalar.value < 0x80 { return ascii[Int(scalar.value)] }
        if basic.contains(scalar) { return 1 }
        return extended.contains(scalar) ? 2 : nil
    }

    /// Lookup table for ASCII, which covers most characters without hashing.
    private static let ascii: [Int?] = (0..<0x80).map { value in
        let scalar = Unicode.Scalar(UInt8(value))
        if basic.contains(scalar) { return 1 }
        return extended.contains(scalar) ? 2 : nil
    }

    private static let basic = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)

    private static let extended = Set("^{}\\[~]|€\u{C}".unicodeScalars)
}
