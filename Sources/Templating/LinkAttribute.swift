/// Finds attributes of HTML that hold an address, in which a value could name a scheme such as `javascript:`.
enum LinkAttribute {
    private static let names: Set<String> = ["href", "src", "action", "background", "cite", "poster"]

    /// Whether a tag right behind `text` would be the start of such an attribute: `<a href="`.
    static func begins(after text: ArraySlice<UInt8>) -> Bool {
        var rest = text.suffix(64)
        dropSpace(&rest)
        if let quote = rest.last, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") { rest.removeLast() }
        dropSpace(&rest)
        guard rest.popLast() == UInt8(ascii: "=") else { return false }
        dropSpace(&rest)
        let name = rest.reversed().prefix { isLetter($0) }.reversed().map { $0 | 0x20 }
        return names.contains(String(decoding: name, as: UTF8.self))
    }

    private static func dropSpace(_ rest: inout ArraySlice<UInt8>) {
        while let byte = rest.last, byte == 0x20 || (0x09...0x0D).contains(byte) { rest.removeLast() }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
