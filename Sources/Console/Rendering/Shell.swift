import HTTPServing
import Messaging

/// Layout common to all pages.
struct Shell: Sendable {
    let title: String
    /// Path and query to which the theme form returns.
    let path: String
    let csrf: String
    let theme: String
    let themeAuto: Bool
    let themeLight: Bool
    let themeDark: Bool
    let signedIn: Bool
    let demo: Bool
    let user: ShellUser?
    let nav: [NavGroup]
    let flash: ShellFlash?
    let assets: ShellAssets
    let homeHref: String
    let accountHref: String
    let logoutHref: String
    let themeHref: String
}

struct ShellUser: Sendable {
    let name: String
    let email: String
    let initials: String

    init(_ user: User) {
        name = user.name.isEmpty ? user.email : user.name
        email = user.email
        let words = name.split(separator: " ")
        let letters = [words.first, words.count > 1 ? words.last : nil].compactMap { $0?.first }
        initials = String(letters).uppercased()
    }
}

struct NavGroup: Sendable {
    let label: String
    let items: [NavItem]
}

struct NavItem: Sendable {
    let label: String
    let href: String
    let icon: String
    let current: Bool
    let count: String?
}

struct ShellFlash: Sendable {
    let kind: String
    let icon: String
    let isError: Bool
    let text: String

    init(_ flash: Flash) {
        kind = flash.kind.rawValue
        text = flash.text
        isError = flash.kind == .error
        switch flash.kind {
        case .success: icon = "delivered"
        case .info: icon = "info"
        case .warning, .error: icon = "alert"
        }
    }
}

struct ShellAssets: Sendable {
    let styles: [String]
    let scripts: [String]
    let icon: String
}

extension ShellAssets {
    private static let sheets = ["/css/app.css", "/css/controls.css", "/css/content.css", "/css/icons.css"]

    init(_ files: StaticFiles, signedIn: Bool) {
        let scripts = signedIn ? ["/vendor/htmx.min.js", "/js/app.js"] : ["/js/app.js"]
        styles = Self.sheets.map(files.url)
        self.scripts = scripts.map(files.url)
        icon = files.url("/favicon.svg")
    }
}

extension RequestContext {
    /// Layout with one menu entry marked as current.
    func shell(_ place: MenuEntry? = nil) -> Shell {
        let theme = Theme(cookie: request.cookies[Theme.cookieName])
        return Shell(
            title: configuration.installationName, path: request.rawTarget, csrf: csrf, theme: theme.rawValue,
            themeAuto: theme == .auto, themeLight: theme == .light, themeDark: theme == .dark,
            signedIn: user != nil, demo: configuration.isDemo, user: user.map(ShellUser.init),
            nav: user == nil ? [] : Menu.groups(for: self, at: place), flash: flash.map(ShellFlash.init),
            assets: ShellAssets(site.files, signedIn: user != nil), homeHref: homePath,
            accountHref: Paths.account, logoutHref: Paths.logout, themeHref: Paths.theme)
    }
}
