import HTTPServing
import Messaging

/// One thing the site answers.
struct Route: Sendable {
    /// Whom a route talks to.
    enum RouteAudience: Sendable {
        /// A person with a browser: signed in by cookie, guarded against forged posts, errors are pages.
        case page
        /// A program: signed in by a bearer token, errors are `application/problem+json`. No cookie is read.
        case program
        /// Whoever: nobody is looked up, and the store is not asked.
        case anybody
    }

    typealias Handler = @Sendable (RequestContext) throws -> RouteResult

    var method: Method
    /// As `Paths` writes it, with `{name}` for what varies.
    var pattern: String
    var access: Access
    var face: RouteAudience
    /// Bytes; `nil`: the site's ordinary limit.
    var bodyLimit: Int?
    /// A body that is no form comes as a file: for what would be too much to hold.
    var spoolsBody = false
    /// A form comes as the bytes it was sent as: for signatures over them.
    var keepsRawBody = false
    var policy: ContentPolicy
    /// Off, the route is not there. Follows from the pattern.
    let module: Module?
    var handler: Handler

    init(
        _ method: Method, _ pattern: String, _ access: Access, face: RouteAudience = .page, bodyLimit: Int? = nil,
        policy: ContentPolicy = .page, answer handler: @escaping Handler
    ) {
        self.method = method
        self.pattern = pattern
        self.access = access
        self.face = face
        self.bodyLimit = bodyLimit
        self.policy = policy
        module = Module.of(pattern)
        self.handler = handler
    }

    /// The ordinary case: the answer is there at once.
    init(
        _ method: Method, _ pattern: String, _ access: Access, face: RouteAudience = .page, bodyLimit: Int? = nil,
        policy: ContentPolicy = .page, _ handler: @escaping @Sendable (RequestContext) throws -> Response
    ) {
        self.init(method, pattern, access, face: face, bodyLimit: bodyLimit, policy: policy) { context in
            .now(try handler(context))
        }
    }
}

/// A handler's answer. What `later` and `waiting` throw becomes the same page as if it had been thrown at once.
enum RouteResult: Sendable {
    case now(Response)
    /// Work of more than about 50 ms: runs on a background thread while the connection waits.
    case later(@Sendable () throws -> Response)
    /// Short work that mostly waits for the disk, as an accept does: whoever waits together shares a commit.
    case waiting(@Sendable () throws -> Response)
}
