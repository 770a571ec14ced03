import HTTPServing
import Messaging

/// `/api/v1/wrappers`
enum WrappersAPI {
    private static let bodyLimit = 2 * 1024 * 1024

    static var routes: [Route] {
        let one = Paths.apiWrapper("{id}")
        return [
            Route(.get, Paths.apiWrappers, .one(.readEmailWrappers), face: .program, policy: .data) { context in
                // There are few: one page holds them all, whatever limit is asked for.
                var query = QueryReader(context.request)
                _ = (query.start(), query.limit())
                try query.finish()
                return API.json(.list(Page(items: try context.services.templates.wrappers())) { json($0) })
            },
            Route(
                .post, Paths.apiWrappers, .one(.createEmailWrappers), face: .program, bodyLimit: bodyLimit,
                policy: .data
            ) { try create($0) },
            Route(.get, one, .one(.readEmailWrappers), face: .program, policy: .data) { context in
                API.json(json(try context.emailWrapper()))
            },
            Route(.patch, one, .one(.updateEmailWrappers), face: .program, bodyLimit: bodyLimit, policy: .data) {
                try change($0)
            },
            Route(.delete, one, .one(.deleteEmailWrappers), face: .program, policy: .data) { try delete($0) },
        ]
    }

    static func json(_ wrapper: EmailWrapper) -> JSONValue {
        var colours = JSONObject()
        for part in WrapperPart.allCases {
            colours.append("\(part.rawValue)_background", JSONValue(wrapper.draft.colours[background: part]))
            colours.append("\(part.rawValue)_text", JSONValue(wrapper.draft.colours[text: part]))
        }
        return [
            "id": JSONValue(id: wrapper.id), "name": .string(wrapper.name), "html": .string(wrapper.draft.html),
            "header_html": .string(wrapper.draft.headerHTML), "footer_html": .string(wrapper.draft.footerHTML),
            "colours": .object(colours), "default": .bool(wrapper.isDefault),
            "version": JSONValue(Int(wrapper.version)), "created_at": JSONValue(wrapper.createdAt),
            "updated_at": JSONValue(wrapper.updatedAt),
        ]
    }

    private static func read(_ draft: inout EmailWrapperDraft, _ body: inout BodyReader) throws {
        draft.name = body.line("name", limit: TemplateLimits.name) ?? draft.name
        draft.html = body.text("html") ?? draft.html
        draft.headerHTML = body.text("header_html") ?? draft.headerHTML
        draft.footerHTML = body.text("footer_html") ?? draft.footerHTML
        draft.isDefault = body.bool("default") ?? draft.isDefault
        if var colours = body.nested("colours") {
            for part in WrapperPart.allCases {
                let (background, text) = ("\(part.rawValue)_background", "\(part.rawValue)_text")
                if colours.has(background) { draft.colours[background: part] = colour(background, &colours) }
                if colours.has(text) { draft.colours[text: part] = colour(text, &colours) }
            }
            colours.rejectUnknown()
            body.take(problemsOf: colours)
        }
        for problem in draft.problems where !body.rejected(problem.field) {
            body.reject(problem.field, problem.message)
        }
        try body.finish()
    }

    private static func colour(_ name: String, _ body: inout BodyReader) -> String? {
        guard let text = body.text(name), !text.isEmpty else { return nil }
        if let colour = WrapperColours.normalised(text) { return colour }
        body.reject(name, "A colour as in #1d4ed8, or null.")
        return nil
    }

    private static func create(_ context: RequestContext) throws -> Response {
        var body = try BodyReader(context.request)
        var draft = EmailWrapperDraft(html: "")
        try read(&draft, &body)
        let id = try context.perform(CreateTemplate(draft))
        guard let wrapper = try context.services.templates.wrapper(id) else { throw Failure.notFound }
        var response = API.json(json(wrapper), status: 201)
        response.headers["Location"] = Paths.apiWrapper(id)
        return response
    }

    private static func change(_ context: RequestContext) throws -> Response {
        let wrapper = try context.emailWrapper()
        var body = try BodyReader(context.request)
        var draft = wrapper.draft
        let version = API.version(&body) ?? wrapper.version
        try read(&draft, &body)
        try context.perform(SaveTemplate(id: wrapper.id, version: version, draft))
        return API.json(json(try context.emailWrapper()))
    }

    private static func delete(_ context: RequestContext) throws -> Response {
        let wrapper = try context.emailWrapper()
        do {
            try context.perform(DeleteTemplate(wrapper))
        } catch StoreConflict.state {
            throw EmailWrapperEditor.inUse(wrapper, try context.services.templates.uses(ofWrapper: wrapper.id))
        }
        return .noContent
    }
}

extension API {
    /// The version a change was made from; without one the change goes over what stands.
    static func version(_ body: inout BodyReader) -> Int64? {
        guard let value = body.value("version") else { return nil }
        if case .number(let literal) = value, let version = Int64(literal) { return version }
        body.reject("version", "The number that was read.")
        return nil
    }

    /// A list of texts; `nil` when absent or null.
    static func texts(_ name: String, _ body: inout BodyReader) -> [String]? {
        guard let value = body.value(name) else { return nil }
        guard case .list(let items) = value else {
            body.reject(name, "This must be a list, not \(value.kindName).")
            return nil
        }
        return items.compactMap { item in
            guard case .string(let text) = item else {
                body.reject(name, "Every item must be a text, not \(item.kindName).")
                return nil
            }
            return text
        }
    }

    /// An id as a text; null is none. `nil` outside: absent.
    static func id(_ name: String, _ body: inout BodyReader) -> Int64?? {
        guard body.has(name) else { return nil }
        guard let text = body.text(name) else { return .some(nil) }
        guard let id = Int64(text), id > 0 else {
            body.reject(name, "This must be an id.")
            return .some(nil)
        }
        return .some(id)
    }
}
