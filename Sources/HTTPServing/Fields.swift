/// Fields of a query or a form: an ordered list in which names may repeat.
public struct Fields: Sendable {
    public private(set) var pairs: [(name: String, value: String)]

    public init() {
        pairs = []
    }

    public init(_ pairs: [(String, String)]) {
        self.pairs = pairs.map { (name: $0.0, value: $0.1) }
    }

    /// First value with that name.
    public subscript(name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    /// Values with that name, in the order sent.
    public func all(_ name: String) -> [String] {
        pairs.filter { $0.name == name }.map(\.value)
    }

    /// Distinct names, in order of first appearance.
    public var names: [String] {
        var seen: Set<String> = []
        return pairs.map(\.name).filter { seen.insert($0).inserted }
    }

    public var isEmpty: Bool { pairs.isEmpty }

    public mutating func append(_ name: String, _ value: String) {
        pairs.append((name: name, value: value))
    }

    /// Parses `a=1&b=two+words` (application/x-www-form-urlencoded, WHATWG URL §5.1).
    ///
    /// - Returns: nil if a percent escape is malformed, or a name or value is not UTF-8 or contains NUL.
    public static func parse(urlEncoded text: String) -> Fields? {
        var fields = Fields()
        var pairs = URLEncodedPairs(text.utf8)
        do {
            while let pair = try pairs.next() { fields.append(pair.name, pair.value) }
        } catch {
            return nil
        }
        return fields
    }
}

extension Fields: Equatable {
    public static func == (left: Fields, right: Fields) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0.name == $1.name && $0.value == $1.value }
    }
}
