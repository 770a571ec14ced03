import Foundation
import HTTPServing
import Messaging

struct SuppressionsPage: Sendable {
    struct Row: Sendable {
        let address: String
        let scope: String
        let scopeTone: String
        let reason: String
        let source: String
        let by: String?
        let since: String
        let sinceISO: String
        let messageHref: String?
        let removeHref: String?
    }

    let shell: Shell
    let tabs: [Tab]
    let searchHref: String
    let query: String
    let scopes: [SelectOption]
    let sources: [SelectOption]
    let isFiltered: Bool
    let clearHref: String
    let addHref: String?
    let importHref: String?
    let exportHref: String?
    let hasRows: Bool
    let rows: [Row]
    let note: String?
    let newerHref: String?
    let olderHref: String?
}

/// Pages for suppressed addresses.
enum SuppressionPages {
    static let pageLength = 50

    static var routes: [Route] {
        [
            Route(.get, Paths.suppressions, .one(.readSuppressions)) { try list($0) },
            SuppressionExport.route,
        ] + SuppressionEditor.routes + SuppressionRemoval.routes
            + ImportPages.routes(Paths.suppressionImport, .one(.createSuppressions)) { _ in .suppressions }
    }

    private static func list(_ context: RequestContext) throws -> Response {
        let asked = SuppressionQuery(context.request.query)
        let page = try context.services.suppressions.suppressions(
            asked.filter, from: context.pageStart, limit: pageLength)
        let rows = page.items.map { SuppressionsPage.Row($0, context) }
        let model = SuppressionsPage(
            shell: context.shell(.communicationSettings), tabs: try SettingsTabs.all(context, at: Paths.suppressions),
            searchHref: Paths.suppressions, query: asked.query,
            scopes: [SelectOption(value: "", label: "Any scope", selected: asked.scope == nil)]
                + SuppressionScope.Kind.allCases.map {
                    SelectOption(value: $0.rawValue, label: $0.title, selected: $0 == asked.scope)
                },
            sources: [SelectOption(value: "", label: "Any source", selected: asked.source == nil)]
                + SuppressionSource.allCases.map {
                    SelectOption(value: $0.rawValue, label: $0.title, selected: $0 == asked.source)
                },
            isFiltered: !asked.isEmpty, clearHref: Paths.suppressions, addHref: context.link(Paths.newSuppression),
            importHref: context.link(Paths.suppressionImport),
            exportHref: rows.isEmpty ? nil : context.link(Paths.suppressionExport).map { asked.path($0) },
            hasRows: !rows.isEmpty, rows: rows,
            note: page.isPartial
                ? "The search was limited for this page. There may be older matches: choose “Older”."
                : nil,
            newerHref: page.previous.map { asked.path(Paths.suppressions, ("before", String($0))) },
            olderHref: page.next.map { asked.path(Paths.suppressions, ("after", String($0))) })
        return try context.page("Consent/Suppressions", model)
    }
}

extension SuppressionsPage.Row {
    init(_ suppression: Suppression, _ context: RequestContext) {
        let since = context.time(suppression.createdAt)
        self.init(
            address: suppression.address.value, scope: EnglishFormat.opening(suppression.scopeWords),
            scopeTone: suppression.scope == .everything ? "red" : "amber", reason: suppression.reason,
            source: suppression.source.title, by: suppression.createdByName, since: since.text, sinceISO: since.iso,
            messageHref: suppression.messageID.flatMap { context.link(Paths.sendLog($0)) },
            removeHref: context.link(Paths.removeSuppression(suppression.id)))
    }
}

/// Query parameters of the list.
struct SuppressionQuery: Sendable {
    let query: String
    let scope: SuppressionScope.Kind?
    let source: SuppressionSource?

    init(_ fields: Fields) {
        query = String((fields["q"] ?? "").filter { !$0.isNewline }.prefix(200)).trimmingCharacters(in: .whitespaces)
        scope = SuppressionScope.Kind(rawValue: fields["scope"] ?? "")
        source = SuppressionSource(rawValue: fields["source"] ?? "")
    }

    var filter: SuppressionFilter { SuppressionFilter(query: query, scope: scope, source: source) }
    var isEmpty: Bool { query.isEmpty && scope == nil && source == nil }

    func path(_ path: String, _ more: (String, String?)...) -> String {
        Paths.with(path, [("q", query), ("scope", scope?.rawValue), ("source", source?.rawValue)] + more)
    }
}

extension ImportPlace {
    static let suppressions = ImportPlace(
        subject: .suppressions, menu: .communicationSettings, title: "Import suppressions", many: "suppressions",
        backHref: Paths.suppressions, backLabel: "Suppressions", listHref: Paths.suppressions,
        start: Paths.suppressionImport,
        hint:
            "The first line of a CSV file names the columns: address (an email address or a mobile number), scope and "
            + "reason. The scope is everything, which is also what an empty one means, broadcasts, or channel:12 with "
            + "the channel's number. Addresses already on the list are counted and not added twice.",
        createdLabel: "Suppressed", unchangedLabel: "Already listed", hasUpdates: false, standing: "on the list")
}
