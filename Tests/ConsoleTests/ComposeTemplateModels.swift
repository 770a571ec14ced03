@testable import Console

extension TemplateModels {
    /// Samples of the Compose Wizard's pages and of Saved Drafts.
    static var composeModels: [(template: String, model: any Sendable)] { [] }
}
