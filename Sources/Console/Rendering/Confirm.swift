/// Confirmation page before an irreversible action.
struct ConfirmPage: Sendable {
    let shell: Shell
    let title: String
    let text: String
    let hasFacts: Bool
    let facts: [Fact]
    let action: String
    let confirmLabel: String
    let busyLabel: String
    let danger: Bool
    let cancelHref: String
    let hidden: [HiddenField]

    init(
        shell: Shell, title: String, text: String, facts: [Fact] = [], action: String, confirmLabel: String,
        busyLabel: String, danger: Bool = false, cancelHref: String, hidden: [HiddenField] = []
    ) {
        self.shell = shell
        self.title = title
        self.text = text
        hasFacts = !facts.isEmpty
        self.facts = facts
        self.action = action
        self.confirmLabel = confirmLabel
        self.busyLabel = busyLabel
        self.danger = danger
        self.cancelHref = cancelHref
        self.hidden = hidden
    }
}

struct Fact: Sendable {
    let label: String
    let value: String
}

struct HiddenField: Sendable {
    let name: String
    let value: String
}
