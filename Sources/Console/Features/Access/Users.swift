import HTTPServing
import Messaging

struct UsersPage: Sendable {
    struct Row: Sendable {
        let name: String
        let email: String
        let role: String
        let state: String
        let tone: String
        let isYou: Bool
        let since: String
        let sinceISO: String
        let editHref: String?
    }

    let shell: Shell
    let tabs: [Tab]
    let addHref: String?
    let rows: [Row]
    let hasPages: Bool
    let newerHref: String?
    let olderHref: String?
}

/// Pages for users.
enum UsersPages {
    static let pageLength = 50

    static var routes: [Route] {
        [Route(.get, Paths.users, .one(.readUsers)) { try list($0) }] + UserInvitation.routes + UserEditor.routes
    }

    private static func list(_ context: RequestContext) throws -> Response {
        let page = try context.services.access.users(from: context.pageStart, limit: pageLength)
        let newer = page.previous.map { Paths.with(Paths.users, [("before", String($0))]) }
        let older = page.next.map { Paths.with(Paths.users, [("after", String($0))]) }
        return try context.page(
            "Access/Users",
            UsersPage(
                shell: context.shell(.access), tabs: AccessTabs.all(context, at: Paths.users),
                addHref: context.link(Paths.newUser), rows: page.items.map { row($0, context) },
                hasPages: newer != nil || older != nil, newerHref: newer, olderHref: older))
    }

    private static func row(_ user: User, _ context: RequestContext) -> UsersPage.Row {
        let since = context.time(user.createdAt)
        let state = UserState(user)
        return UsersPage.Row(
            name: user.name.isEmpty ? user.email : user.name, email: user.email, role: user.role.name,
            state: state.label, tone: state.tone, isYou: user.id == context.principal.userID, since: since.text,
            sinceISO: since.iso, editHref: context.link(Paths.user(user.id)))
    }
}

/// Whether a user can sign in.
enum UserState: Sendable {
    case active, invited, disabled

    init(_ user: User) {
        self = user.isDisabled ? .disabled : user.hasPassword ? .active : .invited
    }

    var label: String {
        switch self {
        case .active: "Active"
        case .invited: "Invited"
        case .disabled: "Disabled"
        }
    }

    var tone: String {
        switch self {
        case .active: "green"
        case .invited: "blue"
        case .disabled: "gray"
        }
    }
}
