/// Records that the send log is exported, as it is filtered.
public struct ExportMessages: UseCase {
    /// The filter as an address has it; empty: all.
    public var filter: String

    public init(filter: String) { self.filter = filter }

    public func perform(_ work: Work) throws {
        try work.audit("export send logs", filter.isEmpty ? "all" : filter)
    }
}
