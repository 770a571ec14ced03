/// What bounds the rendering of a template.
public struct RenderingOptions: Sendable {
    /// Largest result, in bytes; nested lists multiply.
    public var maximumBytes: Int
    /// Most nodes evaluated for one result, which bounds sections that loop without writing anything.
    public var maximumSteps: Int
    /// Whether a value may stand at the start of a link's address; one that may not shows nothing.
    public var allowsLink: @Sendable (String) -> Bool

    /// Without bounds, unless told otherwise.
    public init(
        maximumBytes: Int = .max, maximumSteps: Int = .max,
        allowsLink: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.maximumBytes = maximumBytes
        self.maximumSteps = maximumSteps
        self.allowsLink = allowsLink
    }
}
