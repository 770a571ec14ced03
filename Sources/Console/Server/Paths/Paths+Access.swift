// Users, roles, tokens, modules and the audit.
extension Paths {
    static let users = "\(settings)/users"
    static let newUser = "\(users)/new"
    static func user(_ id: any Part) -> String { "\(users)/\(id)" }
    static func userLink(_ id: any Part) -> String { "\(user(id))/link" }
    static func disableUser(_ id: any Part) -> String { "\(user(id))/disable" }
    static func enableUser(_ id: any Part) -> String { "\(user(id))/enable" }

    static let roles = "\(settings)/roles"
    static let newRole = "\(roles)/new"
    static func role(_ id: any Part) -> String { "\(roles)/\(id)" }
    static func duplicateRole(_ id: any Part) -> String { "\(role(id))/duplicate" }
    static func deleteRole(_ id: any Part) -> String { "\(role(id))/delete" }

    static let tokens = "\(settings)/api-tokens"
    static let newToken = "\(tokens)/new"
    static func revokeToken(_ id: any Part) -> String { "\(tokens)/\(id)/revoke" }

    static let modules = "\(settings)/modules"
    static let audit = "\(settings)/audit"
}
