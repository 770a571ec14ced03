/// The name inside a tag, split once.
public struct TemplateName: Sendable, Equatable {
    /// As written: `member.first_name`, `.name` or `.`.
    public let written: String
    /// Its names one by one; none for `.`, the innermost value itself.
    public let steps: [String]
    /// Whether it has a leading dot, and so is looked up in the innermost value only.
    public let isRelative: Bool

    init(_ written: String) {
        self.written = written
        steps = written.split(separator: ".").map(String.init)
        isRelative = written.utf8.first == UInt8(ascii: ".")
    }

    /// The name without a leading dot; empty for `.`.
    public var path: String { isRelative ? String(written.dropFirst()) : written }
}
