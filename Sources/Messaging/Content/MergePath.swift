/// A place where a template asks for a value.
public struct MergePath: Sendable, Hashable {
    /// The dotted path as the template wrote it, such as `member.first_name`, without a leading dot.
    public let path: String
    /// Its names one by one.
    let steps: [String]
    /// Whether the place is a section or an inverted section rather than a plain variable.
    public let isSection: Bool
    /// The sections around the place, outermost first; an inverted one is written with its `^`.
    public let guardedBy: [String]

    public init(_ path: String, isSection: Bool = false, guardedBy: [String] = []) {
        self.path = path
        steps = path.split(separator: ".").map(String.init)
        self.isSection = isSection
        self.guardedBy = guardedBy
    }
}
