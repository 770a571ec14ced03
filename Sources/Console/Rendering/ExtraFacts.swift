import Messaging

extension ContentExtras {
    /// Extras of a message, formatted for display.
    var facts: [Fact] {
        var facts: [Fact] = []
        if !icon.isEmpty { facts.append(Fact(label: "Icon", value: icon)) }
        if !actionURL.isEmpty { facts.append(Fact(label: "Action URL", value: actionURL)) }
        guard let approved else { return facts }
        facts.append(Fact(label: "Approved template", value: approved.title))
        return facts
            + approved.parameters.enumerated().map { Fact(label: "Parameter \($0 + 1)", value: $1) }
    }
}

extension ApprovedTemplate {
    /// `renewal, en_US`
    var title: String { [name, language].filter { !$0.isEmpty }.joined(separator: ", ") }
}
