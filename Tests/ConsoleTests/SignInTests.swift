import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Signing in")
struct SignInTests {
    private let right = [("email", "ada@example.org"), ("password", ConsoleTrial.password)]

    @Test("the form leads to the page that was wanted")
    func success() throws {
        let trial = try ConsoleTrial()
        try trial.addUser()
        let turnedAway = trial.get("/app/communications/send-logs?status=failed")
        #expect(turnedAway.status == 303)
        #expect(turnedAway.location == "/login?next=%2Fapp%2Fcommunications%2Fsend-logs%3Fstatus%3Dfailed")
        _ = trial.get(turnedAway.location ?? "")
        let welcome = trial.post("/login", right + [("next", "/app/communications/send-logs?status=failed")])
        #expect(welcome.status == 303)
        #expect(welcome.location == "/app/communications/send-logs?status=failed")
        #expect(trial.get("/app/communications/send-logs").status == 200)
    }

    @Test(
        "a next that leads away is ignored",
        arguments: [
            "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x", "javascript:alert(1)",
        ])
    func openRedirect(_ next: String) throws {
        let trial = try ConsoleTrial()
        try trial.addUser()
        _ = trial.get("/login")
        #expect(trial.post("/login", right + [("next", next)]).location == "/app/communications")
    }

    @Test("a wrong password and an unknown user get the same answer")
    func sameAnswer() throws {
        let trial = try ConsoleTrial()
        try trial.addUser()
        _ = trial.get("/login")
        let wrong = trial.post("/login", [("email", "ada@example.org"), ("password", "nope")])
        let unknown = trial.post("/login", [("email", "bob@example.org"), ("password", "nope")])
        #expect(wrong.status == 422)
        #expect(unknown.status == 422)
        #expect(wrong.text.replacing("ada@", with: "bob@") == unknown.text)
        #expect(trial.cookies["sb_session"] == nil)
    }

    @Test("a disabled user stays out, and is put out")
    func disabled() throws {
        let trial = try ConsoleTrial.signedIn(as: "operator")
        let user = try #require(try trial.store.users().first)
        try trial.store.setDisabled(user.id, true)
        #expect(trial.get("/app/account").status == 303)
        _ = trial.get("/login")
        #expect(trial.post("/login", right).status == 422)
    }

    @Test("guessing is slowed down per account, and time forgives")
    func throttled() throws {
        let trial = try ConsoleTrial()
        try trial.addUser()
        _ = trial.get("/login")
        let guesses = (0..<10).map { _ in
            trial.post("/login", [("email", "ada@example.org"), ("password", "guess")]).status
        }
        #expect(guesses == Array(repeating: 422, count: 10))
        let refused = trial.post("/login", right)
        #expect(refused.status == 429)
        #expect(refused.headers["Retry-After"] == "90")
        #expect(refused.text.contains("Too many attempts"))
        trial.pass(.seconds(90))
        #expect(trial.post("/login", right).status == 303)
    }

    @Test("a session ends after twelve idle hours, and not before")
    func idle() throws {
        let trial = try ConsoleTrial.signedIn()
        trial.pass(.seconds(11 * 3600))
        #expect(trial.get("/app/account").status == 200)
        trial.pass(.seconds(11 * 3600))
        #expect(trial.get("/app/account").status == 200)
        trial.pass(.seconds(12 * 3600))
        #expect(trial.get("/app/account").status == 303)
    }

    @Test("the cookie is the browser's alone, and the store has only its hash")
    func cookie() throws {
        let trial = try ConsoleTrial()
        try trial.addUser()
        _ = trial.get("/login")
        let line = trial.post("/login", right).headers.all("Set-Cookie").first { $0.hasPrefix("sb_session=") }
        #expect(line?.contains("; HttpOnly; SameSite=Lax") == true)
        #expect(line?.contains("Secure") == false)
        let name = try #require(trial.cookies["sb_session"])
        #expect(try trial.store.session(hash: name) == nil)
        #expect(try trial.store.session(hash: Secrets.hash(name)) != nil)
    }

    @Test("over https the cookies are Secure and carry the __Host- prefix")
    func hostPrefix() throws {
        let trial = try ConsoleTrial.signedIn(publicURL: "https://console.example.org")
        #expect(trial.cookies["__Host-sb_session"] != nil)
        #expect(trial.cookies["sb_session"] == nil)
        #expect(trial.get("/app/account").headers["Strict-Transport-Security"] != nil)
    }

    @Test("signing out ends the session on the server")
    func signOut() throws {
        let trial = try ConsoleTrial.signedIn()
        let kept = trial.cookies
        #expect(trial.get("/logout").text.contains("Sign out?"))
        #expect(trial.post("/logout").location == "/login")
        var replay = Request(.get, "/app/account")
        replay.cookies = kept
        #expect(trial.send(replay).status == 303)
    }

    @Test("a new sign-in never takes over a session name that was there before")
    func fixation() throws {
        let trial = try ConsoleTrial.signedIn()
        let before = try #require(trial.cookies["sb_session"])
        _ = trial.post("/login", right)
        #expect(trial.cookies["sb_session"] != before)
        #expect(try trial.store.session(hash: Secrets.hash(before)) == nil)
    }

    @Test("the set-up link makes the first user once")
    func setup() throws {
        let trial = try ConsoleTrial()
        let token = Secrets.randomToken()
        try trial.store.createLink(
            hash: Secrets.hash(token), purpose: .setup, userID: nil, expiresAt: trial.now + .seconds(3600))
        #expect(trial.get("/setup/\(token)").text.contains("Create the first user"))
        #expect(trial.get("/setup/\(token)").status == 200)
        let short = trial.post("/setup/\(token)", [("name", "Ada"), ("email", "ada"), ("password", "short")])
        #expect(short.status == 422)
        #expect(short.text.contains("value=\"Ada\""))
        #expect(short.text.contains("Choose a time zone."))
        #expect(!short.text.contains("value=\"short\""))
        let form = [
            ("name", "Ada"), ("email", "ada@example.org"), ("password", ConsoleTrial.password), ("time_zone", "UTC"),
        ]
        #expect(trial.post("/setup/\(token)", form).status == 303)
        #expect(try trial.store.users().map(\.role.name) == ["owner"])
        #expect(trial.get("/setup/\(token)").status == 410)
    }

    @Test("looking at a sign-in link does not use it up; its button does")
    func signInLink() throws {
        let trial = try ConsoleTrial()
        let user = try trial.addUser()
        let token = Secrets.randomToken()
        try trial.store.createLink(
            hash: Secrets.hash(token), purpose: .signIn, userID: user, expiresAt: trial.now + .seconds(3600))
        #expect(trial.get("/setup/\(token)").status == 200)
        #expect(trial.get("/setup/\(token)").status == 200)
        #expect(trial.post("/setup/\(token)").status == 303)
        #expect(trial.get("/app/account").status == 200)
        #expect(trial.post("/setup/\(token)").status == 410)
        #expect(trial.get("/setup/never-made").status == 410)
    }

    @Test("a new password takes the old one, and signs out every other browser")
    func changePassword() throws {
        let trial = try ConsoleTrial.signedIn()
        let elsewhere = trial.cookies
        trial.forgetCookies()
        _ = trial.get("/login")
        _ = trial.post("/login", right)
        _ = trial.get("/app/account")
        let wrong = trial.post(
            "/app/account/password", [("current_password", "wrong"), ("new_password", "another long one")])
        #expect(wrong.status == 422)
        #expect(wrong.text.contains("This is not your current password."))
        let fresh = [("current_password", ConsoleTrial.password), ("new_password", "another long one")]
        #expect(trial.post("/app/account/password", fresh).status == 303)
        #expect(trial.get("/app/account").status == 200)
        var other = Request(.get, "/app/account")
        other.cookies = elsewhere
        #expect(trial.send(other).status == 303)
    }
}
