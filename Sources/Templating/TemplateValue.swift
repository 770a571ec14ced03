/// What a template reads from: `PageValue` for pages, `MergeValue` for messages.
public protocol TemplateValue: Sendable {
    /// The member of that name; `nil` when there is none, which makes the template look further out.
    func child(_ name: String) -> Self?

    /// What a variable shows; empty for lists and objects.
    var text: String { get }

    /// How a section over the value is shown. An inverted section is shown when this is `hidden` or `each` of nothing.
    var section: TemplateSection<Self> { get }
}

/// How a section is shown.
public enum TemplateSection<Value> {
    /// Not at all.
    case hidden
    /// Once, with the values around it.
    case shown
    /// Once, with the value as the innermost one.
    case within
    /// Once for each item, with the item as the innermost value.
    case each([Value])
}
