/// Records that the suppressions are exported, as they are filtered.
public struct ExportSuppressions: UseCase {
    /// The filter as an address has it; empty: all.
    public var filter: String

    public init(filter: String) { self.filter = filter }

    public func perform(_ work: Work) throws {
        try work.audit("export suppressions", filter.isEmpty ? "all" : filter)
    }
}
