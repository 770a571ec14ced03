import HTTPServing
import Messaging

struct TokensPage: Sendable {
    struct Row: Sendable {
        let name: String
        let count: String
        let permissions: [String]
        let created: String
        let createdISO: String
        let createdBy: String?
        let used: String?
        let usedISO: String?
        let revokeHref: String?
    }

    let shell: Shell
    let tabs: [Tab]
    let addHref: String?
    let hasRows: Bool
    let rows: [Row]
    let newerHref: String?
    let olderHref: String?
}

struct TokenFormPage: Sendable {
    let shell: Shell
    let backHref: String
    let action: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let sections: [FormSection]
    let choices: [PermissionChoice]
    let choicesError: String?
}

/// A new token, shown only once.
struct TokenShownPage: Sendable {
    let shell: Shell
    let backHref: String
    let name: String
    let token: String
    let example: String
}

/// Pages that create, list and revoke API tokens.
enum TokensPages {
    static let pageLength = 50
    static let nameLimit = 60

    static var routes: [Route] {
        [
            Route(.get, Paths.tokens, .one(.readTokens)) { try list($0) },
            Route(.get, Paths.newToken, .one(.createTokens)) { try form($0, Form(Fields()), []) },
            Route(.post, Paths.tokens, .one(.createTokens), bodyLimit: 64 * 1024) { try create($0) },
            Route(.get, Paths.revokeToken("{id}"), .one(.deleteTokens)) { try question($0) },
            Route(.post, Paths.revokeToken("{id}"), .one(.deleteTokens), bodyLimit: 16 * 1024) { try revoke($0) },
        ]
    }

    private static func list(_ context: RequestContext) throws -> Response {
        let page = try context.services.access.tokens(from: context.pageStart, limit: pageLength)
        return try context.page(
            "Access/Tokens",
            TokensPage(
                shell: context.shell(.access), tabs: AccessTabs.all(context, at: Paths.tokens),
                addHref: context.link(Paths.newToken), hasRows: !page.items.isEmpty,
                rows: page.items.map { row($0, context) },
                newerHref: page.previous.map { Paths.with(Paths.tokens, [("before", String($0))]) },
                olderHref: page.next.map { Paths.with(Paths.tokens, [("after", String($0))]) }))
    }

    private static func row(_ token: APIToken, _ context: RequestContext) -> TokensPage.Row {
        let (created, used) = (context.time(token.createdAt), token.lastUsedAt.map(context.time))
        return TokensPage.Row(
            name: token.name, count: EnglishFormat.count(token.permissions.count, "permission"),
            permissions: token.permissions.map(\.rawValue).sorted(), created: created.text, createdISO: created.iso,
            createdBy: token.createdBy.isEmpty ? nil : token.createdBy, used: used?.text, usedISO: used?.iso,
            revokeHref: context.link(Paths.revokeToken(token.id)))
    }

    private static func form(
        _ context: RequestContext, _ form: Form, _ permissions: Set<Permission>, status: Int = 200
    ) throws -> Response {
        let model = TokenFormPage(
            shell: context.shell(.access), backHref: context.link(Paths.tokens) ?? Paths.account, action: Paths.tokens,
            hasProblems: !form.isValid, problems: form.summary,
            sections: [
                FormSection(
                    title: nil, hint: nil,
                    fields: [
                        .input(
                            "name", "Name", value: form.raw("name"), hint: "The program that will use it.",
                            error: form.error("name"), required: true, autocomplete: "off", width: "field--half")
                    ])
            ], choices: PermissionChoice.all(permissions, heldBy: context.principal.permissions),
            choicesError: form.error(Form.permissionField))
        return try context.page("Access/TokenForm", model, status: status)
    }

    /// Renders the page instead of redirecting, because the token cannot be shown again. A reload submits the same
    /// name, which is then taken.
    private static func create(_ context: RequestContext) throws -> Response {
        var form = Form(context.request)
        let name = form.line("name", limit: nameLimit, required: "Give the token a name.")
        let permissions = form.permissions(heldBy: context.principal.permissions)
        if permissions.isEmpty, form.error(Form.permissionField) == nil {
            form.reject(Form.permissionField, "Choose what it may do.")
        }
        if form.error("name") == nil, try context.services.access.hasToken(named: name) {
            form.reject("name", "A token in use has this name already.")
        }
        guard form.isValid else { return try self.form(context, form, permissions, status: 422) }
        let token = Secrets.randomToken(context.services.randomBytes)
        try context.perform(CreateToken(name: name, hash: Secrets.hash(token), permissions: permissions))
        return try context.page(
            "Access/TokenShown",
            TokenShownPage(
                shell: context.shell(.access), backHref: context.link(Paths.tokens) ?? Paths.account, name: name,
                token: token, example: "curl -H \"Authorization: Bearer $TOKEN\" \(context.origin)\(Paths.apiOverview)")
        )
    }

    private static func token(_ context: RequestContext) throws -> APIToken {
        guard let token = try context.services.access.token(context.id()) else { throw Failure.notFound }
        return token
    }

    private static func question(_ context: RequestContext) throws -> Response {
        let token = try token(context)
        let used = token.lastUsedAt.map { context.time($0).text } ?? "Never"
        return try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.access), title: "Revoke the token “\(token.name)”?",
                text: "The program that uses it is refused from its next call on. This cannot be undone.",
                facts: [Fact(label: "Last used", value: used)], action: Paths.revokeToken(token.id),
                confirmLabel: "Revoke", busyLabel: "Revoking…", danger: true, cancelHref: Paths.tokens))
    }

    private static func revoke(_ context: RequestContext) throws -> Response {
        let token = try token(context)
        try context.perform(RevokeToken(token))
        return context.redirect(
            to: context.link(Paths.tokens) ?? Paths.account, .success, "The token “\(token.name)” is revoked.")
    }
}
