import Testing

@testable import HTTPServing

@Suite("Router")
struct RouterTests {
    private let router: Router<String> = {
        var router = Router<String>()
        router.add(.get, "/", "home")
        router.add(.get, "/logs/{id}", "log")
        router.add(.get, "/logs/new", "new")
        router.add(.post, "/logs/{id}/retry", "retry")
        router.add(.get, "/logs/new/{step}/end", "step")
        router.add(.get, "/static/{rest...}", "static")
        router.add(.get, "/static/robots.txt", "robots")
        return router
    }()

    private func found(_ method: Method, _ path: String) -> String? {
        guard case .found(let endpoint, let parameters) = router.match(method, path) else { return nil }
        return ([endpoint] + parameters.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }).joined(separator: " ")
    }

    @Test(
        "Literals take precedence over parameters, and parameters over the rest",
        arguments: [
            ("/", "home"), ("/logs/7", "log id=7"), ("/logs/new", "new"), ("/logs/é x", "log id=é x"),
            ("/logs/new/2/end", "step step=2"), ("/static/a/b.css", "static rest=a/b.css"),
            ("/static/robots.txt", "robots"), ("/static/", "static rest="),
            ("/logs", nil), ("/logs/", nil), ("/logs/7/x", nil), ("/static", nil), ("//", nil), ("", "home"),
        ] as [(String, String?)])
    func matches(path: String, expected: String?) {
        #expect(found(.get, path) == expected)
    }

    @Test("A literal without a match falls back to the parameter")
    func backtracking() {
        #expect(found(.post, "/logs/new/retry") == "retry id=new")
    }

    @Test("HEAD falls back to GET, and a wrong method lists the allowed ones")
    func methods() {
        #expect(found(.head, "/logs/7") == "log id=7")
        guard case .methodNotAllowed(let allow) = router.match(.delete, "/logs/7") else {
            Issue.record("expected 405")
            return
        }
        #expect(allow == [.get, .head])
        guard case .notFound = router.match(.delete, "/nowhere") else {
            Issue.record("expected 404")
            return
        }
    }

    @Test("Routes are listed in order of registration")
    func listing() {
        #expect(router.routes.map(\.1).first == "/")
        #expect(router.routes.count == 7)
    }
}
