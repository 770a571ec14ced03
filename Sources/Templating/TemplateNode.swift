/// One step of a parsed template. A section, a layout or a block encloses the nodes from the one behind it to the one
/// before `end`, so the list needs no tree.
public enum TemplateNode: Sendable, Equatable {
    case text(String)
    case variable(TemplateName, Form)
    case section(TemplateName, end: Int)
    case inverted(TemplateName, end: Int)
    case partial(String)
    /// Another template whose blocks are filled: by the name of a block, the nodes that stand in its place.
    case layout(String, blocks: [String: Range<Int>], end: Int)
    /// A place that may be filled, with the nodes that stand there otherwise.
    case block(String, end: Int)

    /// How the value of a variable is written.
    public enum Form: Sendable, Equatable {
        /// As it is.
        case plain
        /// Escaped for HTML.
        case escaped
        /// Escaped for HTML, at the start of an attribute that holds an address, such as `<a href="`.
        case link
    }
}
