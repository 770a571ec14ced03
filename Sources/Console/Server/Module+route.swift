import Messaging

extension Module {
    private static let channelPlaces = [
        ["app", "settings", "communication-channels"], ["app", "communications", "channels"],
        ["api", "v1", "channels"],
    ]
    private static let communicationPlaces = [
        ["app", "communications"], ["app", "settings", "communication"], ["app", "sandbox"], ["api", "v1"],
    ]
    private static let directoryCalls = [["api", "v1", "entities"]]

    /// The module a route belongs to, by its pattern: the one place that says so. `nil`: it is always there, as are
    /// the directory, access, the account, and the links and hooks that people and providers already hold.
    static func of(_ pattern: String) -> Module? {
        let parts = pattern.split(separator: "/").map(String.init)
        if channelPlaces.contains(where: parts.starts) { return .channels }
        // What a portal shows of a record are its messages.
        if directoryCalls.contains(where: parts.starts) { return parts.contains("inbox") ? .communication : nil }
        if communicationPlaces.contains(where: parts.starts) {
            // *Add from channels* inside a broadcast.
            return parts.contains("channels") ? .channels : .communication
        }
        return isDirectSend(parts) ? .communication : nil
    }

    /// `/app/directory/{kind}/{id}/email` and what belongs to it.
    private static func isDirectSend(_ parts: [String]) -> Bool {
        parts.starts(with: ["app", "directory"]) && parts.count >= 5 && ["email", "sms"].contains(parts[4])
    }
}

extension RequestContext {
    /// For what a page shows inside itself; routes and links follow the switch by themselves.
    func isOn(_ module: Module) -> Bool { site.modules.isOn(module) }

    /// Where the way out of a page leads.
    var homePath: String { isOn(.communication) ? Paths.communications : Paths.home }
}
