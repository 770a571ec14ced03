import HTTPServing
import Messaging

struct ErrorPage: Sendable {
    let shell: Shell
    let status: String
    let title: String
    let text: String
    let advice: String?
    let actionHref: String?
    let actionLabel: String?
    let requestId: String?
}

/// Error page for users.
enum FailurePage {
    static func response(
        _ failure: Failure, _ request: Request, _ site: SiteParts, _ authenticator: Authenticator, requestID: String
    ) -> Response {
        var response = page(failure, request, site, authenticator, requestID) ?? plain(failure, requestID)
        for (name, value) in failure.headers { response.headers[name] = value }
        return response
    }

    /// `nil` if the page cannot be rendered, for example because the store cannot be read.
    private static func page(
        _ failure: Failure, _ request: Request, _ site: SiteParts, _ authenticator: Authenticator, _ requestID: String
    ) -> Response? {
        guard let context = try? authenticator.context(request, .missing, requestID) else { return nil }
        let model = ErrorPage(
            shell: context.shell(), status: String(failure.status), title: failure.title,
            text: failure.detail.isEmpty ? failure.title : failure.detail,
            advice: failure.fields.isEmpty ? nil : EnglishFormat.list(failure.fields.map(\.message)),
            actionHref: context.user == nil ? Paths.login : context.homePath,
            actionLabel: context.user == nil ? "Go to sign-in" : "Go to Communications",
            requestId: failure.isUnexpected ? requestID : nil)
        return try? context.page("Shared/Error", model, status: failure.status)
    }

    private static func plain(_ failure: Failure, _ requestID: String) -> Response {
        .text(
            "\(failure.status) \(failure.title)\n\n\(failure.detail)\n\nRequest \(requestID)\n", status: failure.status)
    }
}
