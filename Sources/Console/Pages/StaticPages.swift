import HTTPServing

/// Style sheets, scripts, fonts and icons.
enum StaticPages {
    private static let folders = ["css", "js", "vendor", "icons", "fonts", "img"]
    private static let single = ["/favicon.svg", "/favicon.ico", "/robots.txt"]

    static var routes: [Route] {
        (folders.map { "/\($0)/{rest...}" } + single).map { pattern in
            Route(.get, pattern, .open, face: .anybody) { visit in
                guard let response = visit.site.files.response(for: visit.request) else { throw Failure.notFound }
                return response
            }
        }
    }
}
