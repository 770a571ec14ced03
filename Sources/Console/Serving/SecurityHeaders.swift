import HTTPServing

/// The headers every response carries.
struct SecurityHeaders: Sendable {
    var isHTTPS: Bool

    func apply(_ policy: ContentPolicy, to response: inout Response) {
        set("Content-Security-Policy", policy.header, &response)
        set("X-Content-Type-Options", "nosniff", &response)
        // Not `no-referrer`: with it browsers send `Origin: null` with our own forms (Fetch §3.2).
        set("Referrer-Policy", "same-origin", &response)
        set("Cross-Origin-Opener-Policy", "same-origin", &response)
        set("Cross-Origin-Resource-Policy", "same-origin", &response)
        set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()", &response)
        set("X-Frame-Options", policy.isFramed ? "SAMEORIGIN" : "DENY", &response)
        set("Cache-Control", "no-store", &response)
        if isHTTPS { set("Strict-Transport-Security", "max-age=31536000", &response) }
    }

    /// What a handler decided stands: static files bring a Cache-Control of their own.
    private func set(_ name: String, _ value: String, _ response: inout Response) {
        if response.headers[name] == nil { response.headers[name] = value }
    }
}
