/// Header fields: ordered, with case-insensitive names (RFC 9110 §5.1).
///
/// CR, LF and NUL in values, and non-token characters in names, are dropped, which prevents header injection even if a
/// caller forgets to validate.
public struct Headers: Sendable {
    public private(set) var pairs: [(name: String, value: String)] = []

    public init() {}

    public init(_ pairs: [(String, String)]) {
        self.pairs.reserveCapacity(pairs.count)
        for (name, value) in pairs { add(name, value) }
    }

    /// First value with that name. Setting replaces all of them; nil removes them.
    public subscript(name: String) -> String? {
        get { pairs.first { Self.sameName($0.name, name) }?.value }
        set {
            pairs.removeAll { Self.sameName($0.name, name) }
            if let newValue { add(name, newValue) }
        }
    }

    /// Values with that name, in order.
    public func all(_ name: String) -> [String] {
        pairs.filter { Self.sameName($0.name, name) }.map(\.value)
    }

    /// Adds a field, keeping those with the same name. A name without any token character adds nothing.
    public mutating func add(_ name: String, _ value: String) {
        let name = name.utf8.allSatisfy(Self.isTokenCharacter) ? name : Self.keeping(name, Self.isTokenCharacter)
        guard !name.isEmpty else { return }
        let value = value.utf8.allSatisfy(Self.isValueByte) ? value : Self.keeping(value, Self.isValueByte)
        pairs.append((name: name, value: value))
    }

    /// Adds the fields whose names are not present yet.
    public mutating func addMissing(_ others: Headers) {
        let known = pairs.count
        for other in others.pairs where !pairs[..<known].contains(where: { Self.sameName($0.name, other.name) }) {
            pairs.append(other)
        }
    }

    /// Adds a received field, whose bytes the parser has already checked.
    mutating func addReceived(_ name: String, _ value: String) {
        pairs.append((name: name, value: value))
    }

    static func sameName(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        // Fast path: both usually have the conventional capitalisation.
        if left == right { return true }
        return zip(left.utf8, right.utf8).allSatisfy { lowercased($0) == lowercased($1) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    private static func keeping(_ text: String, _ isAllowed: (UInt8) -> Bool) -> String {
        String(decoding: text.utf8.filter(isAllowed), as: UTF8.self)
    }

    static func isValueByte(_ byte: UInt8) -> Bool {
        byte != 0x0D && byte != 0x0A && byte != 0
    }

    /// `tchar` of RFC 9110 §5.6.2.
    static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: tokenPunctuation.contains(byte)
        }
    }

    private static let tokenPunctuation = Array("!#$%&'*+-.^_`|~".utf8)
}
