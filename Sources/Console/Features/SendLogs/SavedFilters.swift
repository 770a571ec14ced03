import HTTPServing
import Messaging

extension Paths {
    static let savedFilters = "\(sendLogs)/filters"
    static func savedFilter(_ id: any Part) -> String { "\(savedFilters)/\(id)" }
    static func deleteSavedFilter(_ id: any Part) -> String { "\(savedFilter(id))/delete" }
    static func shareSavedFilter(_ id: any Part) -> String { "\(savedFilter(id))/share" }
    static func unshareSavedFilter(_ id: any Part) -> String { "\(savedFilter(id))/unshare" }
}

/// Links to saved filters above the log, and the form that saves the current one.
struct SavedFilterBar: Sendable {
    struct Link: Sendable {
        let name: String
        let href: String
        let isCurrent: Bool
        let isShared: Bool
    }
    let links: [Link]
    let hasLinks: Bool
    let manageHref: String
    let canSave: Bool
    let action: String
    let query: String
}

extension SavedFilterBar {
    init(_ query: SendLogQuery, _ context: RequestContext) throws {
        let known = try context.principal.userID.map { try context.services.messages.savedFilters(for: $0) } ?? []
        let text = query.text
        links = known.map {
            Link(
                name: $0.name, href: "\(Paths.sendLogs)?\($0.query)", isCurrent: $0.query == text,
                isShared: $0.isShared)
        }
        hasLinks = !known.isEmpty
        manageHref = Paths.savedFilters
        canSave = !text.isEmpty && !known.contains { $0.query == text && $0.userID == context.principal.userID }
        action = Paths.savedFilters
        self.query = text
    }
}

struct SavedFiltersPage: Sendable {
    struct New: Sendable {
        let query: String
        let filters: [FilterChip]
        let name: String
        let error: String?
    }
    struct Row: Sendable {
        let id: String
        let name: String
        let href: String
        let words: String
        let owner: String?
        let isShared: Bool
        let error: String?
        let renameAction: String?
        let shareAction: String?
        let unshareAction: String?
        let deleteAction: String?
    }
    let shell: Shell
    let backHref: String
    let action: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let new: New?
    let rows: [Row]
    let hasRows: Bool
}

/// Saved filters of the log: the visitor's own, and those shared with all readers of the log.
enum SavedFilterPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.savedFilters, .one(.readHistory)) { context in try show(context) },
            Route(.post, Paths.savedFilters, .one(.readHistory)) { context in try save(context) },
            Route(.post, Paths.savedFilter("{id}"), .one(.readHistory)) { context in try rename(context) },
            Route(.post, Paths.deleteSavedFilter("{id}"), .one(.readHistory)) { context in try delete(context) },
            // A shared filter appears on everyone's page, so sharing requires permission to manage users.
            Route(.post, Paths.shareSavedFilter("{id}"), .one(.updateUsers)) { context in try share(context, true) },
            Route(.post, Paths.unshareSavedFilter("{id}"), .one(.updateUsers)) { context in try share(context, false) },
        ]
    }

    private static let taken = "You have a filter of that name already."

    private static func save(_ context: RequestContext) throws -> Response {
        guard let user = context.principal.userID else { throw Failure.notFound }
        var form = Form(context.request)
        let name = form.line("name", limit: SavedFilter.longestName, required: "Give the filter a name.")
        let query = SendLogQuery(Fields.parse(urlEncoded: form.raw("query")) ?? Fields())
        if query.text.isEmpty { form.reject("name", "There is no filter to save: add one to the log first.") }
        guard form.isValid else { return try show(context, saving: query, form, status: 422) }
        do {
            try context.perform(SaveFilter(name: name, query: query.text, of: user))
        } catch StoreConflict.duplicate {
            form.reject("name", taken)
        } catch StoreConflict.state {
            form.reject("name", "You have \(SavedFilter.mostPerUser) saved filters. Delete one first.")
        }
        guard form.isValid else { return try show(context, saving: query, form, status: 422) }
        return context.redirect(to: query.path(), .success, "“\(name)” is saved.")
    }

    private static func rename(_ context: RequestContext) throws -> Response {
        let id = try context.id()
        var form = Form(context.request)
        let name = form.line("name", limit: SavedFilter.longestName, required: "Give the filter a name.")
        guard form.isValid else { return try show(context, renaming: id, form, status: 422) }
        do {
            try context.perform(RenameSavedFilter(id, to: name))
        } catch StoreConflict.duplicate {
            form.reject("name", taken)
            return try show(context, renaming: id, form, status: 422)
        }
        return context.redirect(to: Paths.savedFilters, .success, "Saved.")
    }

    private static func delete(_ context: RequestContext) throws -> Response {
        let filter = try context.perform(DeleteSavedFilter(context.id()))
        return context.redirect(to: Paths.savedFilters, .success, "“\(filter.name)” was deleted.")
    }

    private static func share(_ context: RequestContext, _ isShared: Bool) throws -> Response {
        let filter = try context.perform(ShareSavedFilter(context.id(), isShared))
        return context.redirect(
            to: Paths.savedFilters, .success,
            isShared
                ? "All users who can read the log now see “\(filter.name)”." : "“\(filter.name)” is no longer shared.")
    }

    // MARK: The page

    private static func show(
        _ context: RequestContext, saving query: SendLogQuery? = nil, renaming renamed: Int64? = nil,
        _ form: Form = Form(Fields()), status: Int = 200
    ) throws -> Response {
        let known = try context.principal.userID.map { try context.services.messages.savedFilters(for: $0) } ?? []
        let new = try query.map {
            SavedFiltersPage.New(
                query: $0.text, filters: try SendLogSearch($0, context).chips, name: form.raw("name"),
                error: form.error("name"))
        }
        let rows = try known.map { filter in
            try row(filter, filter.id == renamed ? form : nil, context)
        }
        let anchor = renamed.map { "#f-name-\($0)" } ?? "#f-name"
        let model = SavedFiltersPage(
            shell: context.shell(.sendLogs), backHref: Paths.sendLogs, action: Paths.savedFilters,
            hasProblems: !form.isValid, problems: form.problems.map { FormProblem(href: anchor, message: $0.message) },
            new: new, rows: rows, hasRows: !rows.isEmpty)
        return try context.page("SendLogs/SavedFilters", model, status: status)
    }

    private static func row(_ filter: SavedFilter, _ form: Form?, _ context: RequestContext) throws
        -> SavedFiltersPage.Row
    {
        let isOwn = filter.userID == context.principal.userID
        let query = SendLogQuery(Fields.parse(urlEncoded: filter.query) ?? Fields())
        let words = try SendLogSearch(query, context).chips.map { "\($0.label): \($0.value)" }
        return SavedFiltersPage.Row(
            id: String(filter.id), name: form?.raw("name") ?? filter.name, href: query.path(),
            words: words.joined(separator: ", "), owner: isOwn ? nil : filter.ownerName, isShared: filter.isShared,
            error: form?.error("name"),
            renameAction: isOwn ? context.link(Paths.savedFilter(filter.id), .post) : nil,
            shareAction: isOwn && !filter.isShared ? context.link(Paths.shareSavedFilter(filter.id), .post) : nil,
            unshareAction: filter.isShared ? context.link(Paths.unshareSavedFilter(filter.id), .post) : nil,
            deleteAction: isOwn ? context.link(Paths.deleteSavedFilter(filter.id), .post) : nil)
    }
}
