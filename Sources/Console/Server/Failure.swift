import HTTPServing
import Messaging

/// Why a request was not answered as asked, as both a page and a program can be told. Handlers throw it; every other
/// error becomes one in `init(_:)`, which is the only place where the domain's errors meet HTTP.
struct Failure: Error, Sendable {
    struct Field: Sendable, Hashable {
        var field: String
        var message: String
    }

    var status: Int
    /// One line.
    var title: String
    /// What it means and what to do, for people.
    var detail: String
    var headers: [(String, String)] = []
    var fields: [Field] = []
    /// Set for errors nobody foresaw: the log has them under the request's id.
    var isUnexpected = false

    init(
        _ status: Int, _ title: String, _ detail: String = "", headers: [(String, String)] = [], fields: [Field] = []
    ) {
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = headers
        self.fields = fields
    }

    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let conflict as StoreConflict: self.init(conflict)
        case let trouble as StoreUnavailable: self.init(trouble)
        case let refused as AccessRefused: self.init(refused)
        case let refused as PublishRefused: self.init(refused)
        case let refused as SuppressionRefused: self.init(refused)
        case let problem as BroadcastContentProblem: self.init(problem)
        case let refused as SendRefused: self.init(refused)
        case let broken as ImportInterrupted: self.init(broken)
        case let problem as BodyProblem: self = .bodyProblem(problem)
        case let invalid as InvalidSettings:
            let fields = invalid.problems.sorted { $0.key < $1.key }.map { Field(field: $0.key, message: $0.value) }
            self = .invalid(fields)
        default:
            self.init(500, "Something went wrong", "No changes were saved.")
            isUnexpected = true
        }
    }

    private init(_ conflict: StoreConflict) {
        switch conflict {
        case .notFound: self = .notFound
        case .version:
            self.init(409, "Someone else saved a change", "Reload the page to see the current version.")
        case .state(let detail): self.init(409, "No longer possible", detail)
        case .duplicate(let detail): self.init(409, "Already exists", detail)
        }
    }

    private init(_ refused: AccessRefused) {
        switch refused {
        case .lacks(let permission): self = .forbidden([permission])
        case .roleBeyondActor(let name):
            self.init(403, "You cannot do this", "The role “\(name)” has permissions that you do not have.")
        case .permissionsBeyondActor(let permissions):
            let names = EnglishFormat.list(permissions.map(\.rawValue).sorted())
            self.init(403, "You cannot do this", "You do not have these permissions yourself: \(names).")
        case .yourself: self = .conflict("You cannot disable yourself. Another user has to do it.")
        case .disabled(let email): self = .conflict("\(email) is disabled. Enable the user first.")
        case .linkSpent:
            self.init(
                410, "This link has expired or was already used",
                "It works once and for a limited time. Sign in, or ask the person who sent it for a new one.")
        }
    }

    /// In the words of the API; the page asks again.
    private init(_ refused: SuppressionRefused) {
        switch refused {
        case .unconfirmed(.provider):
            self = .conflict("The address bounced. Repeat the call with ?sure=true if it works again.")
        case .unconfirmed:
            self = .conflict("Its owner asked for it. Repeat the call with ?sure=true if they told you otherwise.")
        }
    }

    private init(_ refused: PublishRefused) {
        switch refused {
        case .findings: self = .conflict("The preflight found problems. Fix them and try again.")
        case .adding: self = .conflict("Recipients are still being added. Try again when they have all been added.")
        case .time(let words): self = .invalid([Field(field: "send_at", message: words)])
        case .expiresBefore(let end):
            self = .invalid([Field(field: "send_at", message: "It must not be sent after \(end.rfc3339).")])
        }
    }

    init(_ problem: BroadcastContentProblem) {
        switch problem {
        case .templateGone:
            self.init(
                409, "The template is gone",
                "It was deleted after it was chosen. Choose another template for this broadcast.")
        case .templateInactive(let name):
            self.init(
                409, "The template is not active", "Activate “\(name)”, or choose another for this broadcast.")
        case .templateLacks(let channels, let name):
            self.init(
                409, "The template has no content for \(EnglishFormat.list(channels.map(\.title)))",
                "Write it in “\(name)”, or remove the delivery channel from this broadcast.")
        case .noDeliveryChannel:
            self.init(409, "No delivery channel is chosen", "Choose at least one for this broadcast.")
        }
    }

    /// In the words of the API; the page names them beside its own field.
    private init(_ refused: SendRefused) {
        switch refused {
        case .unreachable(let reason): self = .invalid([Field(field: "to", message: "It cannot be sent: \(reason).")])
        case .missing(let paths):
            self = .invalid(
                paths.map { path in
                    Field(
                        field: "variables.\(path)",
                        message: "{{\(path)}} has no value for this receiver. Give one, or put a section around it.")
                })
        case .unmergeable(let words): self = .invalid([Field(field: "variables", message: words)])
        }
    }

    private init(_ broken: ImportInterrupted) {
        self.init(broken.cause)
        guard status >= 500 else { return }
        detail = "Some lines may have been saved. Send all of them again: nothing is saved twice."
    }

    private init(_ trouble: StoreUnavailable) {
        if trouble.isFull {
            // RFC 4918 §11.5
            self.init(507, "The disk is full", "Nothing was changed. Free some space and try again.")
        } else {
            self.init(
                503, "The store is busy", "Nothing was changed. Try again in a moment.", headers: [("Retry-After", "5")]
            )
        }
    }
}

extension Failure {
    static var notFound: Failure {
        Failure(404, "Page not found", "It may have been deleted, or the address may be mistyped.")
    }

    static func badRequest(_ detail: String) -> Failure { Failure(400, "The request could not be read", detail) }

    static func bodyProblem(_ problem: BodyProblem) -> Failure {
        Failure(problem.status, "The request could not be read", problem.message)
    }

    static func conflict(_ detail: String) -> Failure { Failure(409, "No longer possible", detail) }

    static func invalid(_ fields: [Field]) -> Failure {
        Failure(422, "Check the highlighted fields", "Correct the fields listed.", fields: fields)
    }

    static func methodNotAllowed(_ allowed: [Method]) -> Failure {
        let names = allowed.map(\.rawValue).joined(separator: ", ")
        return Failure(405, "Method not allowed", "It accepts \(names).", headers: [("Allow", names)])
    }

    static func forbidden(_ permissions: Set<Permission>) -> Failure {
        let names = permissions.map(\.rawValue).sorted().joined(separator: " or ")
        return Failure(
            403, "You do not have permission",
            names.isEmpty ? "" : "You need the permission \(names). Ask an administrator.")
    }

    static var unauthorised: Failure {
        Failure(
            401, "A valid token is needed", "Send it as “Authorization: Bearer …”.",
            headers: [("WWW-Authenticate", "Bearer realm=\"switchboard\"")])
    }

    static func tooMany(retryAfter: Duration) -> Failure {
        let seconds = max(1, Int((retryAfter.milliseconds + 999) / 1000))
        return Failure(
            429, "Too many attempts", "Wait \(EnglishFormat.duration(seconds: seconds)) and try again.",
            headers: [("Retry-After", String(seconds))])
    }

    static func forged(_ verdict: CSRFGuard.Verdict) -> Failure {
        verdict == .foreign
            ? Failure(
                403, "This request came from another site",
                "Nothing was done, because the request did not come from a page of this site. To do it, open the "
                    + "page here and try again.")
            : Failure(
                403, "This page is out of date",
                "Nothing was changed. Most likely you signed in again since the page was opened. Go back: what you "
                    + "typed is still there. Copy it, load the page again and send it once more.")
    }
}
