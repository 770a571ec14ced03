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

/// A token just made, shown this once.
struct TokenShownPage: Sendable {
    let shell: Shell
    let backHref: String
    let name: String
    let token: String
    let example: String
}

/// What programs sign in with: made, listed, revoked.
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

    private static func list(_ visit: Visit) throws -> Response {
        let page = try visit.services.access.tokens(from: visit.pageStart, limit: pageLength)
        return try visit.page(
            "Pages/Tokens",
            TokensPage(
                shell: visit.shell(.access), tabs: AccessTabs.all(visit, at: Paths.tokens),
                addHref: visit.link(Paths.newToken), hasRows: !page.items.isEmpty,
                rows: page.items.map { row($0, visit) },
                newerHref: page.previous.map { Paths.with(Paths.tokens, [("before", String($0))]) },
                olderHref: page.next.map { Paths.with(Paths.tokens, [("after", String($0))]) }))
    }

    private static func row(_ token: APIToken, _ visit: Visit) -> TokensPage.Row {
        let (created, used) = (visit.time(token.createdAt), token.lastUsedAt.map(visit.time))
        return TokensPage.Row(
            name: token.name, count: Wording.count(token.permissions.count, "permission"),
            permissions: token.permissions.map(\.rawValue).sorted(), created: created.text, createdISO: created.iso,
            createdBy: token.createdBy.isEmpty ? nil : token.createdBy, used: used?.text, usedISO: used?.iso,
            revokeHref: visit.link(Paths.revokeToken(token.id)))
    }

    private static func form(
        _ visit: Visit, _ form: Form, _ permissions: Set<Permission>, status: Int = 200
    ) throws -> Response {
        let model = TokenFormPage(
            shell: visit.shell(.access), backHref: visit.link(Paths.tokens) ?? Paths.account, action: Paths.tokens,
            hasProblems: !form.isValid, problems: form.summary,
            sections: [
                FormSection(
                    title: nil, hint: nil,
                    fields: [
                        .input(
                            "name", "Name", value: form.raw("name"), hint: "The program that will use it.",
                            error: form.error("name"), required: true, autocomplete: "off", width: "field--half")
                    ])
            ], choices: PermissionChoice.all(permissions, heldBy: visit.principal.permissions),
            choicesError: form.error(Form.permissionField))
        return try visit.page("Pages/TokenForm", model, status: status)
    }

    /// Answers with the page itself: the token is nowhere to be read again, so there is nothing to lead on to. A
    /// reload sends the same name again, which is taken by then.
    private static func create(_ visit: Visit) throws -> Response {
        var form = Form(visit.request)
        let name = form.line("name", limit: nameLimit, required: "Give the token a name.")
        let permissions = form.permissions(heldBy: visit.principal.permissions)
        if permissions.isEmpty, form.error(Form.permissionField) == nil {
            form.reject(Form.permissionField, "Choose what it may do.")
        }
        if form.error("name") == nil, try visit.services.access.hasToken(named: name) {
            form.reject("name", "A token in use has this name already.")
        }
        guard form.isValid else { return try self.form(visit, form, permissions, status: 422) }
        let token = Secrets.randomToken(visit.services.randomBytes)
        _ = try visit.services.access.createToken(
            name: name, hash: Secrets.hash(token), permissions: permissions, by: visit.principal.name, at: visit.now)
        try visit.audit("create api token", name, detail: permissions.map(\.rawValue).sorted().joined(separator: " "))
        return try visit.page(
            "Pages/TokenShown",
            TokenShownPage(
                shell: visit.shell(.access), backHref: visit.link(Paths.tokens) ?? Paths.account, name: name,
                token: token, example: "curl -H \"Authorization: Bearer $TOKEN\" \(visit.origin)\(Paths.apiOverview)"))
    }

    private static func token(_ visit: Visit) throws -> APIToken {
        guard let token = try visit.services.access.token(visit.id()) else { throw Failure.notFound }
        return token
    }

    private static func question(_ visit: Visit) throws -> Response {
        let token = try token(visit)
        let used = token.lastUsedAt.map { visit.time($0).text } ?? "Never"
        return try visit.page(
            "Pages/Confirm",
            ConfirmPage(
                shell: visit.shell(.access), title: "Revoke the token “\(token.name)”?",
                text: "The program that uses it is refused from its next call on. This cannot be undone.",
                facts: [Fact(label: "Last used", value: used)], action: Paths.revokeToken(token.id),
                confirmLabel: "Revoke", busyLabel: "Revoking…", danger: true, cancelHref: Paths.tokens))
    }

    private static func revoke(_ visit: Visit) throws -> Response {
        let token = try token(visit)
        try visit.services.access.revokeToken(token.id, at: visit.now)
        try visit.audit("revoke api token", token.name)
        return visit.redirect(
            to: visit.link(Paths.tokens) ?? Paths.account, .success, "The token “\(token.name)” is revoked.")
    }
}
