import HTTPServing

/// Addresses that only lead on.
enum HomePages {
    static var routes: [Route] {
        [
            Route(.get, Paths.home, .signedIn) { visit in visit.redirect(to: start(visit)) },
            Route(.get, Paths.app, .signedIn) { visit in visit.redirect(to: start(visit)) },
            Route(.get, Paths.communications, .signedIn) { visit in visit.redirect(to: start(visit)) },
            Route(.get, Paths.settings, .signedIn) { visit in visit.redirect(to: settings(visit)) },
            Route(.get, Paths.communicationSettings, .signedIn) { visit in visit.redirect(to: settings(visit)) },
            Route(.get, Paths.oldChannels, .signedIn) { visit in visit.redirect(to: Paths.channels) },
            Route(.get, Paths.oldChannels + "/{rest...}", .signedIn) { visit in
                visit.redirect(to: Paths.channels + "/" + (visit.request.parameters["rest"].map(escaped) ?? ""))
            },
        ]
    }

    /// The menu lands on the send logs; whoever may not read them lands on the first page that is open to them.
    static func start(_ visit: Visit) -> String {
        visit.link(Paths.sendLogs)
            ?? MenuEntry.allCases.lazy.compactMap { $0.href(for: visit) }.first ?? Paths.account
    }

    private static func settings(_ visit: Visit) -> String {
        MenuEntry.communicationSettings.href(for: visit) ?? MenuEntry.access.href(for: visit) ?? Paths.account
    }

    private static func escaped(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { Paths.encode(String($0)) }
            .joined(separator: "/")
    }
}
