import HTTPServing

/// The headers every response carries.
struct SecurityHeaders: Sendable {
    private let headers: [ContentPolicy: Headers]

    init(isHTTPS: Bool) {
        headers = Dictionary(
            uniqueKeysWithValues: ContentPolicy.allCases.map { ($0, Self.headers($0, isHTTPS: isHTTPS)) })
    }

    /// What a handler decided stands: static files bring a Cache-Control of their own.
    func apply(_ policy: ContentPolicy, to response: inout Response) {
        if let headers = headers[policy] { response.headers.addMissing(headers) }
    }

    private static func headers(_ policy: ContentPolicy, isHTTPS: Bool) -> Headers {
        var headers = Headers([
            ("Content-Security-Policy", policy.header),
            ("X-Content-Type-Options", "nosniff"),
            // Not `no-referrer`: with it browsers send `Origin: null` with our own forms (Fetch §3.2).
            ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ("X-Frame-Options", policy.isFramed ? "SAMEORIGIN" : "DENY"),
            ("Cache-Control", "no-store"),
        ])
        if isHTTPS { headers.add("Strict-Transport-Security", "max-age=31536000") }
        return headers
    }
}
