import Foundation
import HTTPServing
import Logging
import Messaging

/// One request on its way through the site: who asks, when, and everything a handler answers with.
struct RequestContext: Sendable {
    let request: Request
    let route: Route
    let site: SiteParts
    let principal: Principal
    /// The signed-in browser; `nil` for guests and programs.
    let session: Sessions.Current?
    /// The token every form carries; empty for programs.
    let csrf: String
    /// A cookie that makes `csrf` valid for a guest, where the browser has none yet.
    let guestCookie: Cookie?
    let flash: Flash?
    let now: Timestamp
    /// In the log and on the page of an unexpected error.
    let requestID: String
    let client: ClientAddress.ClientIdentity

    var services: Services { site.services }
    var configuration: SiteConfiguration { site.configuration }
    var logger: Logger { services.logger }
    var user: User? { session?.user }
    var timeZone: TimeZone { user.flatMap { TimeZone(identifier: $0.timeZone) } ?? .gmt }
    /// Asked by a script of ours for a part of a page.
    var isPartial: Bool { request.headers["HX-Request"] == "true" }

    // MARK: What may be done

    func allows(_ permission: Permission) -> Bool { principal.permissions.contains(permission) }

    /// Throws the 403 that names what lacks.
    func require(_ permission: Permission) throws {
        guard allows(permission) else { throw Failure.forbidden([permission]) }
    }

    /// Whether this visitor's request there would be let through: the one rule for menus, buttons and routes.
    func canReach(_ method: Method, _ path: String) -> Bool { site.canReach(method, path, principal) }

    /// The path where it may be gone to, else nothing.
    func link(_ path: String, _ method: Method = .get) -> String? { canReach(method, path) ? path : nil }

    // MARK: What was asked

    /// The number in the path. Anything else does not exist.
    func id(_ name: String = "id") throws -> Int64 {
        guard let text = request.parameters[name], let id = Int64(text), id > 0, text == String(id) else {
            throw Failure.notFound
        }
        return id
    }

    /// Where a list begins: `?after=` an older, `?before=` a newer key.
    var pageStart: PageStart {
        if let after = request.query["after"].flatMap({ Int64($0) }) { return .after(after) }
        if let before = request.query["before"].flatMap({ Int64($0) }) { return .before(before) }
        return .newest
    }

    func time(_ moment: Timestamp) -> FormattedTime { FormattedTime(moment, in: timeZone) }

    /// How this installation reads numbers.
    func phones() throws -> PhoneReader { try services.access.phones(services.phones) }

    // MARK: What is answered

    /// A whole page. `model` has the shell as `shell`.
    func page(_ template: String, _ model: some Sendable, status: Int = 200) throws -> Response {
        var response = Response.html(try site.pages.render(template, model), status: status)
        if let guestCookie { response.setCookie(guestCookie) }
        if flash != nil, !isPartial {
            response.setCookie(site.sessions.cookie(site.sessions.flashCookieName, "", maxAge: 0))
        }
        return response
    }

    /// A part of a page, for a script of ours.
    func partial(_ template: String, _ model: some Sendable, status: Int = 200) throws -> Response {
        .html(try site.pages.render(template, model), status: status)
    }

    func redirect(to path: String, flash: Flash? = nil) -> Response {
        var response = Response.redirect(path)
        if let flash {
            response.setCookie(site.sessions.cookie(site.sessions.flashCookieName, flash.cookieValue, maxAge: 60))
        }
        return response
    }

    func redirect(to path: String, _ kind: Flash.Kind, _ text: String) -> Response {
        redirect(to: path, flash: Flash(kind, text))
    }

    // MARK: What is done

    /// Who asks, as the audit names them.
    var actor: Actor {
        Actor(
            userID: principal.userID, name: principal.name, permissions: principal.permissions,
            remoteAddress: client.text)
    }

    /// Does what was asked, in the name of who asked.
    @discardableResult
    func perform<Act: UseCase>(_ act: Act) throws -> Act.Output {
        try services.useCases.perform(act, by: actor, at: now)
    }
}
