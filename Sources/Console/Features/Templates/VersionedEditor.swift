import HTTPServing
import Messaging

/// Paths, permissions and labels of an editor.
struct EditorPlace: Sendable {
    let title: String
    let list: String
    let new: String
    /// Path of the form.
    let edit: @Sendable (any Paths.Part) -> String
    /// Path of the detail page, to which saving redirects.
    let view: @Sendable (any Paths.Part) -> String
    let delete: @Sendable (any Paths.Part) -> String
    /// Permission to open the form; readers may open it if there is no other page.
    let opens: Permission
    let creates: Permission
    let updates: Permission
    let deletes: Permission
    /// Maximum size of a submitted form, in bytes.
    let bodyLimit: Int
    let policy: ContentPolicy
}

/// Elements around the fields, common to all editor forms.
struct EditorFrame: Sendable {
    let backHref: String
    let backLabel: String
    let cancelHref: String
    let title: String
    let action: String
    let saveLabel: String
    let canEdit: Bool
    let version: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let conflict: SaveConflict?
    let isStored: Bool
    let hasUses: Bool
    let uses: [UseItem]
    let deleteHref: String?
}

/// Editor with optimistic locking, common to wrappers, mail templates and message templates. Conforming types define
/// the fields.
protocol VersionedEditor: Sendable {
    associatedtype Draft: StoredDraft
    static var place: EditorPlace { get }
    /// Initial values of a new object.
    static var starter: Draft { get }

    var context: RequestContext { get }
    /// `nil` for a new object.
    var stored: Versioned<Draft>? { get }
    init(_ context: RequestContext, _ stored: Versioned<Draft>?)

    /// The stored object in the path.
    static func find(_ context: RequestContext) throws -> Versioned<Draft>
    static func read(_ form: inout Form) -> Draft
    func check(_ draft: Draft, _ form: inout Form) throws
    func uses(of id: Int64) throws -> [TemplateUse]
    /// Warning shown before deletion.
    func farewell(_ stored: Versioned<Draft>) -> String
    /// Rows of label, own text and stored text.
    static func compare(_ mine: Draft, _ theirs: Draft) -> [(String, String, String)]
    func page(_ draft: Draft, _ form: Form, _ frame: EditorFrame, status: Int) throws -> Response
}

extension VersionedEditor {
    static var routes: [Route] {
        let (place, id) = (place, "{id}")
        return [
            Route(.get, place.new, .one(place.creates), policy: place.policy) { context in
                try Self(context, nil).show(starter)
            },
            Route(.post, place.list, .one(place.creates), bodyLimit: place.bodyLimit, policy: place.policy) {
                try Self($0, nil).create()
            },
            Route(.get, place.edit(id), .one(place.opens), policy: place.policy) { context in
                let stored = try find(context)
                return try Self(context, stored).show(stored.draft)
            },
            Route(.post, place.edit(id), .one(place.updates), bodyLimit: place.bodyLimit, policy: place.policy) {
                context in
                let stored = try find(context)
                return try Self(context, stored).save(over: stored)
            },
            Route(.get, place.delete(id), .one(place.deletes)) { context in
                let stored = try find(context)
                return try Self(context, stored).question(stored)
            },
            Route(.post, place.delete(id), .one(place.deletes)) { context in
                let stored = try find(context)
                return try Self(context, stored).delete(stored)
            },
        ]
    }

    private func create() throws -> Response {
        var form = Form(context.request)
        let draft = Self.read(&form)
        try check(draft, &form)
        guard form.isValid else { return try show(draft, form, status: 422) }
        let id = try context.perform(CreateTemplate(draft))
        return context.redirect(
            to: context.link(Self.place.view(id)) ?? Paths.account, .success, "“\(draft.name)” was added.")
    }

    private func save(over stored: Versioned<Draft>) throws -> Response {
        var form = Form(context.request)
        let draft = Self.read(&form)
        try check(draft, &form)
        guard form.isValid else { return try show(draft, form, status: 422) }
        // *Keep mine* submits the version that was shown as the conflict, so a later save is detected too.
        let version = form.number("keep_mine") ?? form.number("version") ?? 0
        do {
            try context.perform(SaveTemplate(id: stored.id, version: version, draft))
        } catch StoreConflict.version {
            return try show(draft, form, status: 409, conflict: conflict(draft, try Self.find(context)))
        }
        return context.redirect(to: context.link(Self.place.view(stored.id)) ?? Paths.account, .success, "Saved.")
    }

    private func conflict(_ mine: Draft, _ theirs: Versioned<Draft>) -> SaveConflict {
        SaveConflict(
            by: theirs.updatedByName, version: theirs.version, reloadHref: Self.place.edit(theirs.id),
            fields: Self.compare(mine, theirs.draft))
    }

    private func show(
        _ draft: Draft, _ form: Form = Form(Fields()), status: Int = 200, conflict: SaveConflict? = nil
    ) throws -> Response {
        let place = Self.place
        let action = stored.map { place.edit($0.id) } ?? place.list
        let uses = try stored.map { try self.uses(of: $0.id) } ?? []
        let frame = EditorFrame(
            backHref: place.list, backLabel: place.title, cancelHref: stored.map { place.view($0.id) } ?? place.list,
            title: stored?.name ?? "New \(Draft.storage.noun)", action: action,
            saveLabel: stored == nil ? "Add \(Draft.storage.noun)" : "Save", canEdit: context.canReach(.post, action),
            version: form.has("version") ? form.raw("version") : String(stored?.version ?? 0),
            hasProblems: !form.isValid, problems: form.summary, conflict: conflict, isStored: stored != nil,
            hasUses: !uses.isEmpty, uses: uses.map { UseItem($0, context) },
            deleteHref: stored.flatMap { context.link(place.delete($0.id)) })
        return try page(draft, form, frame, status: status)
    }

    private func question(_ stored: Versioned<Draft>) throws -> Response {
        let uses = try uses(of: stored.id)
        guard uses.isEmpty else { throw Self.inUse(stored, uses) }
        return try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.communicationSettings), title: "Delete \(stored.name)?", text: farewell(stored),
                action: Self.place.delete(stored.id), confirmLabel: "Delete \(Draft.storage.noun)",
                busyLabel: "Deleting…", danger: true, cancelHref: Self.place.view(stored.id)))
    }

    private func delete(_ stored: Versioned<Draft>) throws -> Response {
        do {
            try context.perform(DeleteTemplate(stored))
        } catch StoreConflict.state {
            throw Self.inUse(stored, try uses(of: stored.id))
        }
        return context.redirect(
            to: context.link(Self.place.list) ?? Paths.account, .success, "“\(stored.name)” was deleted.")
    }

    static func inUse(_ stored: Versioned<Draft>, _ uses: [TemplateUse]) -> Failure {
        .inUse(stored.name, uses, mend: "Choose another \(Draft.storage.noun) there first.")
    }
}

extension VersionedEditor where Draft: CheckedDraft {
    func check(_ draft: Draft, _ form: inout Form) throws { form.take(draft.problems) }
}

/// A draft that validates itself.
protocol CheckedDraft {
    var problems: [TemplateProblem] { get }
}

extension EmailWrapperDraft: CheckedDraft {}
extension MailTemplateDraft: CheckedDraft {}
