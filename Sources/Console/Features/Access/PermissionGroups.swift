import Messaging

/// Permissions in plain words, grouped by topic. Each permission is in exactly one group.
struct PermissionGroup: Sendable {
    let title: String
    let items: [(permission: Permission, label: String)]

    static let all: [PermissionGroup] = communications + settings + others

    private static let communications = [
        PermissionGroup(
            title: "Messages",
            items: [
                (.readHistory, "See send logs"), (.composeSend, "Use the Compose Wizard and send with it"),
                (.sendEmail, "Send an email to one person"), (.sendSMS, "Send an SMS to one person"),
            ]),
        PermissionGroup(
            title: "Bulk Communications",
            items: [
                (.readBulk, "See"), (.createBulk, "Add"),
                (.updateBulk, "Edit, publish, schedule, pause and cancel"), (.deleteBulk, "Delete drafts"),
            ]),
        kin("Channels", .readChannels, .createChannels, .updateChannels, .deleteChannels),
        PermissionGroup(
            title: "Suppressions",
            items: [
                (.readSuppressions, "See who must not be written to"), (.createSuppressions, "Add"),
                (.deleteSuppressions, "Remove, so that they are written to again"),
            ]),
    ]

    private static let settings = [
        kin("Mail Servers", .readMailServers, .createMailServers, .updateMailServers, .deleteMailServers),
        kin("SMS Gateways", .readSMSGateways, .createSMSGateways, .updateSMSGateways, .deleteSMSGateways),
        kin("Omni Channels", .readOmniChannels, .createOmniChannels, .updateOmniChannels, .deleteOmniChannels),
        kin("Push", .readPushProviders, .createPushProviders, .updatePushProviders, .deletePushProviders),
        kin("Voice", .readVoiceProviders, .createVoiceProviders, .updateVoiceProviders, .deleteVoiceProviders),
        kin("Email Wrappers", .readEmailWrappers, .createEmailWrappers, .updateEmailWrappers, .deleteEmailWrappers),
        kin("Mail Templates", .readMailTemplates, .createMailTemplates, .updateMailTemplates, .deleteMailTemplates),
        kin(
            "Message Templates", .readMessageTemplates, .createMessageTemplates, .updateMessageTemplates,
            .deleteMessageTemplates),
    ]

    private static let others = [
        kin("Directory", .readDirectory, .createDirectory, .updateDirectory, .deleteDirectory),
        PermissionGroup(
            title: "Users",
            items: [(.readUsers, "See"), (.createUsers, "Invite"), (.updateUsers, "Edit, disable and enable")]),
        kin("Roles", .readRoles, .createRoles, .updateRoles, .deleteRoles),
        PermissionGroup(
            title: "API tokens", items: [(.readTokens, "See"), (.createTokens, "Create"), (.deleteTokens, "Revoke")]),
        PermissionGroup(
            title: "Modules and audit",
            items: [
                (.readModules, "See modules"), (.updateModules, "Switch modules on and off"),
                (.readAudit, "Read the audit"),
            ]),
    ]

    private static func kin(
        _ title: String, _ read: Permission, _ create: Permission, _ update: Permission, _ delete: Permission
    ) -> PermissionGroup {
        PermissionGroup(
            title: title, items: [(read, "See"), (create, "Add"), (update, "Edit"), (delete, "Delete")])
    }
}

/// Permission checkbox of a role or a token.
struct PermissionChoice: Sendable {
    struct Item: Sendable {
        let id: String
        let label: String
        let permission: String
        let checked: Bool
        /// The editor does not have this permission and cannot grant it.
        let locked: Bool
    }

    let title: String
    let items: [Item]

    static func all(_ chosen: Set<Permission>, heldBy held: Set<Permission>) -> [PermissionChoice] {
        PermissionGroup.all.map { group in
            PermissionChoice(
                title: group.title,
                items: group.items.map { permission, label in
                    Item(
                        id: "p-\(permission.rawValue.replacing(":", with: "-"))", label: label,
                        permission: permission.rawValue, checked: chosen.contains(permission),
                        locked: !held.contains(permission))
                })
        }
    }
}

extension Form {
    /// Field name shared by all permission checkboxes.
    static let permissionField = "permission"

    /// Selected permissions. Rejects any that the visitor does not have: users cannot grant permissions they do not
    /// have.
    mutating func permissions(heldBy held: Set<Permission>) -> Set<Permission> {
        let names = fields.all(Self.permissionField)
        let chosen = Set(names.compactMap(Permission.init(rawValue:)))
        if names.contains(where: { Permission(rawValue: $0) == nil }) {
            reject(Self.permissionField, "Choose permissions from the list.")
        }
        let foreign = chosen.subtracting(held)
        if !foreign.isEmpty {
            let named = foreign.map(\.rawValue).sorted().prefix(5)
            reject(
                Self.permissionField,
                "You can only give what you hold yourself, and not \(EnglishFormat.list(Array(named)))."
            )
        }
        return chosen
    }
}

extension RequestContext {
    /// Whether the visitor has every permission of the role; required to assign it, to change it or to change its
    /// users.
    func outranks(_ role: Role) -> Bool { actor.outranks(role) }
}
