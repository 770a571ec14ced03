import HTTPServing

/// Routes that only redirect.
enum HomePages {
    static var routes: [Route] {
        [
            Route(.get, Paths.home, .signedIn) { context in context.redirect(to: start(context)) },
            Route(.get, Paths.app, .signedIn) { context in context.redirect(to: start(context)) },
            Route(.get, Paths.communications, .signedIn) { context in context.redirect(to: start(context)) },
            Route(.get, Paths.settings, .signedIn) { context in context.redirect(to: settings(context)) },
            Route(.get, Paths.communicationSettings, .signedIn) { context in context.redirect(to: settings(context)) },
            Route(.get, Paths.oldChannels, .signedIn) { context in context.redirect(to: Paths.channels) },
            Route(.get, Paths.oldChannels + "/{rest...}", .signedIn) { context in
                context.redirect(to: Paths.channels + "/" + (context.request.parameters["rest"].map(escaped) ?? ""))
            },
        ]
    }

    /// The send logs, or the first page that the visitor may open.
    static func start(_ context: RequestContext) -> String {
        context.link(Paths.sendLogs)
            ?? MenuEntry.allCases.lazy.compactMap { $0.href(for: context) }.first ?? Paths.account
    }

    private static func settings(_ context: RequestContext) -> String {
        MenuEntry.communicationSettings.href(for: context) ?? MenuEntry.access.href(for: context) ?? Paths.account
    }

    private static func escaped(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { Paths.encode(String($0)) }
            .joined(separator: "/")
    }
}
