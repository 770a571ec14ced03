import HTTPServing

/// Whether a request that changes something was really made by one of our own pages.
struct CSRFGuard: Sendable {
    /// Scheme, host and port of the site where it is known.
    var publicOrigin: String?

    static let formField = "csrf"
    static let header = "X-CSRF-Token"

    enum Verdict: Sendable, Hashable {
        case genuine
        /// Another site's page sent it.
        case foreign
        /// Our page, but its token is not (any more) this session's.
        case stale
    }

    /// `Sec-Fetch-Site` and `Origin` are judged where the browser sends them; the token always.
    func judge(_ request: Request, token: String?) -> Verdict {
        if let site = request.headers["Sec-Fetch-Site"], site != "same-origin", site != "none" { return .foreign }
        if let origin = request.headers["Origin"], !isOurs(origin, host: request.headers["Host"]) { return .foreign }
        let sent = request.headers[Self.header] ?? request.form[Self.formField] ?? ""
        guard let token, !token.isEmpty, Secrets.areEqual(sent, token) else { return .stale }
        return .genuine
    }

    private func isOurs(_ origin: String, host: String?) -> Bool {
        let origin = origin.lowercased()
        if let publicOrigin, origin == publicOrigin { return true }
        // Behind a proxy the scheme is not ours to know, so only the host is compared.
        guard let separator = origin.range(of: "://") else { return false }
        return host.map { $0.lowercased() == origin[separator.upperBound...] } ?? false
    }

    static func origin(of publicURL: String?) -> String? {
        guard let url = publicURL?.lowercased(), let scheme = url.range(of: "://") else { return nil }
        let host = url[scheme.upperBound...].prefix { $0 != "/" }
        return String(url[..<scheme.upperBound] + host)
    }
}
