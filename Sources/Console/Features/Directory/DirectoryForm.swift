import HTTPServing
import Messaging

struct DirectoryFormPage: Sendable {
    let shell: Shell
    let backHref: String
    let backLabel: String
    let title: String
    let action: String
    let saveLabel: String
    let conflict: SaveConflict?
    let hasProblems: Bool
    let problems: [FormProblem]
    let sections: [FormSection]
    let hidden: [HiddenField]
}

/// Pages that create and change a record.
enum DirectoryFormPages {
    private static let attributesLimit = 32 * 1024

    static var routes: [Route] {
        let (new, edit) = (Paths.newRecord("{kind}"), Paths.editRecord("{kind}", "{id}"))
        return [
            Route(.get, new, .one(.createDirectory)) { context in
                try show(context, try context.kind(), nil, Form(Fields()))
            },
            Route(.post, Paths.directory("{kind}"), .one(.createDirectory)) { context in try save(context, nil) },
            Route(.get, edit, .one(.updateDirectory)) { context in
                let entity = try context.record()
                return try show(context, entity.kind, entity, Form(Fields()))
            },
            Route(.post, edit, .one(.updateDirectory)) { context in try save(context, try context.record()) },
        ]
    }

    private static func save(_ context: RequestContext, _ existing: Entity?) throws -> Response {
        let kind = try context.kind()
        var form = Form(context.request)
        let change = change(&form, kind, existing, try context.phones())
        guard form.isValid else { return try show(context, kind, existing, form, status: 422) }
        let version = form.number("keep_mine") ?? form.number("version") ?? 0
        let target = existing.map { SaveRecord.Target.stored($0, version: version) } ?? .new
        let outcome: RowOutcome
        do {
            outcome = try context.perform(SaveRecord(change, of: kind, target))
        } catch StoreConflict.duplicate(let words) {
            form.reject("external_id", words)
            return try show(context, kind, existing, form, status: 422)
        } catch StoreConflict.version {
            let stored = try context.record()
            return try show(
                context, kind, existing, form, status: 409, conflict: try conflict(form, stored, context))
        }
        if case .rejected(let problems) = outcome {
            for problem in problems { form.reject(problem.field, problem.message) }
            return try show(context, kind, existing, form, status: 422)
        }
        guard let saved = try context.services.directory.entity(kind: kind, externalID: change.externalID) else {
            throw Failure.notFound
        }
        return context.redirect(
            to: context.link(Paths.record(kind.plural, saved.id)) ?? Paths.home, .success,
            outcome == .unchanged ? "Nothing was different." : "\(saved.displayName) was saved.")
    }

    /// Compares the stored record with the form.
    private static func conflict(_ form: Form, _ stored: Entity, _ context: RequestContext) throws -> SaveConflict {
        var links = LinkedRecords(context.services.directory)
        var fields = try EntityField.of(stored.kind).filter { $0 != .externalID }.map { field in
            (
                field.title(for: stored.kind), form.raw(field.columnName(for: stored.kind)).trimmed,
                try text(field, of: stored, &links)
            )
        }
        var reader = form
        fields.append(("Attributes", reader.text("attributes", limit: attributesLimit), lines(stored.kind, stored)))
        return SaveConflict(
            by: nil, version: stored.version, reloadHref: Paths.editRecord(stored.kind.plural, stored.id),
            fields: fields)
    }

    /// Form value of a field; links are shown by external id.
    private static func text(_ field: EntityField, of entity: Entity, _ links: inout LinkedRecords) throws -> String {
        field.linkedKind == nil
            ? try links.text(field, of: entity) : try links.entity(field, of: entity)?.externalID ?? ""
    }

    private static func change(
        _ form: inout Form, _ kind: EntityKind, _ existing: Entity?, _ phones: PhoneReader
    ) -> EntityChange {
        let reader = EntityReader(kind: kind, phones: phones)
        var change = EntityChange(externalID: existing?.externalID ?? "")
        var problems: [RowProblem] = []
        for field in EntityField.of(kind) {
            let name = field.columnName(for: kind)
            guard existing == nil || field != .externalID, form.has(name) else { continue }
            reader.set(field, form.raw(name), in: &change, &problems)
        }
        change.attributes = attributes(&form, existing)
        reader.finish(change, &problems)
        for problem in problems where form.error(problem.field) == nil { form.reject(problem.field, problem.message) }
        return change
    }

    // MARK: Attributes, one `name = value` per line

    /// Attributes that differ from the stored ones. Lists and objects, which cannot be edited as a line, stay
    /// unchanged.
    private static func attributes(_ form: inout Form, _ existing: Entity?) -> [String: MergeValue] {
        guard form.has("attributes") else { return [:] }
        let text = form.text("attributes", limit: attributesLimit)
        let stored = existing?.attributes.members ?? [:]
        var changes: [String: MergeValue] = [:]
        var named: Set<String> = []
        for line in text.split(separator: "\n") where !line.allSatisfy(\.isWhitespace) {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0]).trimmed
            guard parts.count == 2 else {
                form.reject("attributes", "“\(line.prefix(40))” is not a line as in tier = gold.")
                continue
            }
            if let problem = EntityReader.problem(withName: name) {
                form.reject("attributes", "“\(name.prefix(40))”: \(problem)")
                continue
            }
            guard named.insert(name).inserted else {
                form.reject("attributes", "“\(name)” is listed twice.")
                continue
            }
            let value = String(parts[1]).trimmed
            if stored[name]?.text != value { changes[name] = value.isEmpty ? .null : .string(value) }
        }
        for (name, value) in stored where !named.contains(name) && isLine(value) { changes[name] = .null }
        return changes
    }

    private static func isLine(_ value: MergeValue) -> Bool {
        switch value {
        case .list, .object: false
        default: !value.text.contains(where: \.isNewline)
        }
    }

    private static func lines(_ kind: EntityKind, _ existing: Entity?) -> String {
        guard let existing else {
            return EntityField.usualAttributes(of: kind).map { "\($0) = " }.joined(separator: "\n")
        }
        return existing.attributes.members.filter { isLine($0.value) }.sorted { $0.key < $1.key }
            .map { "\($0.key) = \($0.value.text)" }.joined(separator: "\n")
    }

    // MARK: The page

    private static func show(
        _ context: RequestContext, _ kind: EntityKind, _ existing: Entity?, _ form: Form, status: Int = 200,
        conflict: SaveConflict? = nil
    ) throws -> Response {
        var links = LinkedRecords(context.services.directory)
        let phones = try context.phones()
        let fields = try EntityField.of(kind).compactMap { field -> FormField? in
            if existing != nil, field == .externalID { return nil }
            let name = field.columnName(for: kind)
            var value = form.raw(name)
            if !form.has(name), let existing {
                value = try text(field, of: existing, &links)
            }
            return .input(
                name, field.title(for: kind), type: field == .email ? "email" : field == .mobile ? "tel" : "text",
                value: value, hint: hint(field, phones), error: form.error(name), required: field == .externalID,
                autocomplete: "off", width: field == .externalID ? "" : "field--half")
        }
        var attributes = FormField.input(
            "attributes", "Attributes", value: form.has("attributes") ? form.raw("attributes") : lines(kind, existing),
            hint: "One on each line, for example tier = gold. Use them in messages as {{\(kind.rawValue).tier}}.",
            error: form.error("attributes"))
        (attributes.isInput, attributes.isTextarea) = (false, true)
        let back = existing.map { Paths.record(kind.plural, $0.id) } ?? Paths.directory(kind.plural)
        let model = DirectoryFormPage(
            shell: context.shell(MenuEntry.directory(kind)), backHref: back,
            backLabel: existing?.displayName ?? kind.plural.capitalized,
            title: existing.map { "Edit \($0.displayName)" } ?? "New \(kind.rawValue)",
            action: existing.map { Paths.editRecord(kind.plural, $0.id) } ?? Paths.directory(kind.plural),
            saveLabel: "Save \(kind.rawValue)", conflict: conflict, hasProblems: !form.isValid,
            problems: form.summary,
            sections: [
                FormSection(title: nil, hint: nil, fields: fields),
                FormSection(title: nil, hint: nil, fields: [attributes]),
            ],
            hidden: existing.map {
                [HiddenField(name: "version", value: form.has("version") ? form.raw("version") : String($0.version))]
            } ?? [])
        return try context.page("Directory/DirectoryForm", model, status: status)
    }

    private static func hint(_ field: EntityField, _ phones: PhoneReader) -> String? {
        switch field {
        case .externalID: "The id of the record in your own system. You cannot change it later."
        case .mobile: phones.hint
        case .timeZone: "For example, Africa/Johannesburg."
        case .language: "For example, en or pt-BR."
        case .location, .account, .member: "The external id of the \(field.rawValue)."
        default: nil
        }
    }
}
