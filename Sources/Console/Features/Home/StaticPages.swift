import HTTPServing

/// Style sheets, scripts, fonts and icons.
enum StaticPages {
    private static let folders = ["css", "js", "vendor", "icons", "fonts", "img"]
    private static let single = ["/favicon.svg", "/favicon.ico", "/robots.txt"]

    static var routes: [Route] {
        (folders.map { "/\($0)/{rest...}" } + single).map { pattern in
            Route(.get, pattern, .open, face: .anybody) { context in
                guard let response = context.site.files.response(for: context.request) else { throw Failure.notFound }
                context.keepFixed(response)
                return response
            }
        }
    }
}

extension RequestContext {
    /// Caches a file's final response. Disabled while templates are reloaded, because files change then, and if the log
    /// includes every request.
    fileprivate func keepFixed(_ response: Response) {
        guard !site.configuration.reload, services.logger.logLevel > .debug else { return }
        var response = response
        site.headers.apply(route.policy, to: &response)
        site.fixed.keep(response, for: request)
    }
}
