import Foundation

/// What the installation decides about its site.
public struct SiteConfiguration: Sendable {
    /// The folder of the Mustache templates.
    public var templates: String
    /// The folder of style sheets, scripts and icons.
    public var assets: String
    /// Where people reach the site, without a path, e.g. `https://console.example.com`; `nil`: wherever they ask.
    public var publicURL: String?
    /// Proxies whose `X-Forwarded-For` is believed: addresses or networks (`10.0.0.0/8`, `fd00::/8`).
    public var trustedProxies: [String]
    public var isDemo: Bool
    /// Reads the templates again for every page.
    public var reload: Bool
    /// The folder for uploaded files while they are imported, and for the rows that were rejected. Made when needed.
    public var imports: String
    /// Shown in the frame of every page.
    public var installationName: String

    public init(
        templates: String, assets: String, publicURL: String? = nil, trustedProxies: [String] = [],
        isDemo: Bool = false, reload: Bool = false, imports: String = NSTemporaryDirectory() + "switchboard-imports",
        installationName: String = "Switchboard"
    ) {
        self.templates = templates
        self.assets = assets
        self.publicURL = publicURL
        self.trustedProxies = trustedProxies
        self.isDemo = isDemo
        self.reload = reload
        self.imports = imports
        self.installationName = installationName
    }

    /// Cookies are `Secure` and carry the `__Host-` prefix; HSTS is sent.
    var isHTTPS: Bool { publicURL?.hasPrefix("https://") == true }
}
