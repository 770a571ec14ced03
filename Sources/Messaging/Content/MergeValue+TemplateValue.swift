import Templating

extension MergeValue: TemplateValue {
    /// What is not truthy is not shown; `true` shows its section with the values around it.
    public var section: TemplateSection<MergeValue> {
        switch self {
        case .list(let items): .each(items)
        case .bool(let flag): flag ? .shown : .hidden
        case .string, .number, .null, .object: isTruthy ? .within : .hidden
        }
    }
}
