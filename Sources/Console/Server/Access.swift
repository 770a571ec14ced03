import Messaging

/// Who may take a route. The same value decides about the request, about the button and about the menu entry.
enum Access: Sendable, Hashable {
    case open
    case signedIn
    /// Any one of these is enough.
    case any(Set<Permission>)

    static func one(_ permission: Permission) -> Access { .any([permission]) }

    func admits(_ principal: Principal) -> Bool {
        switch self {
        case .open: true
        case .signedIn: principal.isKnown
        case .any(let permissions): principal.isKnown && !permissions.isDisjoint(with: principal.permissions)
        }
    }
}

/// Who is asking.
enum Principal: Sendable, Hashable {
    case nobody
    case user(User)
    case token(APIToken)

    var isKnown: Bool { self != .nobody }

    var permissions: Set<Permission> {
        switch self {
        case .nobody: []
        case .user(let user): user.role.permissions
        case .token(let token): token.permissions
        }
    }

    var userID: Int64? {
        if case .user(let user) = self { user.id } else { nil }
    }

    var tokenID: Int64? {
        if case .token(let token) = self { token.id } else { nil }
    }

    /// As audit entries name them.
    var name: String {
        switch self {
        case .nobody: "nobody"
        case .user(let user): user.email
        case .token(let token): "token \(token.name)"
        }
    }
}
