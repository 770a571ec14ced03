import Messaging

/// Stored values that were saved by someone else while a form was open.
struct SaveConflict: Sendable {
    struct Difference: Sendable {
        let label: String
        let theirs: String
    }

    let by: String
    /// Stored version that *Keep mine* overwrites; a later one is reported again.
    let version: String
    let reloadHref: String
    let hasDifferences: Bool
    let differences: [Difference]

    /// `fields`: label, form value, stored value.
    init(by: String?, version: Int64, reloadHref: String, fields: [(String, String, String)]) {
        self.by = by ?? "Someone else, or you in another tab,"
        self.version = String(version)
        self.reloadHref = reloadHref
        differences = fields.filter { $0.1 != $0.2 }.map {
            Difference(label: $0.0, theirs: $0.2.isEmpty ? "(empty)" : String($0.2.prefix(2000)))
        }
        hasDifferences = !differences.isEmpty
    }
}

/// A template or draft that uses the displayed object.
struct UseItem: Sendable {
    let name: String
    let kind: String
    let href: String?

    /// `the message template “Renewal” and the saved draft “July”`
    static func words(_ uses: [TemplateUse]) -> String {
        let names = uses.prefix(5).map { use in
            switch use {
            case .template: "the message template “\(use.name)”"
            case .draft: "the saved draft “\(use.name.isEmpty ? "Untitled draft" : use.name)”"
            }
        }
        let more = uses.count > 5 ? ["\(EnglishFormat.count(uses.count - 5, "other"))"] : []
        return EnglishFormat.list(names + more)
    }
}

extension UseItem {
    init(_ use: TemplateUse, _ context: RequestContext) {
        let name = use.name.isEmpty ? "Untitled draft" : use.name
        switch use {
        case .template(let id, _):
            self.init(name: name, kind: "Message template", href: context.link(Paths.messageTemplate(id)))
        case .draft(let id, _):
            self.init(name: name, kind: "Saved draft", href: context.link(Paths.composeMessage(id)))
        }
    }
}

extension Failure {
    static func inUse(_ name: String, _ uses: [TemplateUse], mend: String) -> Failure {
        Failure(
            409, "It is in use", "“\(name)” is named by \(UseItem.words(uses)). \(mend) Nothing was deleted.")
    }
}

extension Form {
    mutating func take(_ problems: [TemplateProblem]) {
        for problem in problems { add(Failure.Field(field: problem.field, message: problem.message)) }
    }
}
