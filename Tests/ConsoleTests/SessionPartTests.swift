import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Passwords and secrets")
struct PasswordTests {
    private let cheap = Passwords.Cost(logN: 4)

    @Test("A password matches only itself")
    func matches() {
        let stored = Passwords.hash("correct horse", cost: cheap)
        #expect(stored.hasPrefix("scrypt$4$8$1$"))
        #expect(Passwords.verify("correct horse", against: stored))
        #expect(!Passwords.verify("correct horsf", against: stored))
        #expect(!Passwords.verify("", against: stored))
        #expect(stored != Passwords.hash("correct horse", cost: cheap))
    }

    @Test("The third test vector of RFC 7914 section 12 matches")
    func vector() {
        // scrypt("pleaseletmein", "SodiumChloride", N=16384, r=8, p=1), of which the first 32 bytes are kept.
        let stored = "scrypt$14$8$1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046_2o-7qQT44-qbVD9lRdofI"
        #expect(Passwords.verify("pleaseletmein", against: stored))
    }

    @Test("Composed and decomposed letters are the same password")
    func normalised() {
        #expect(Passwords.verify("caf\u{65}\u{301}", against: Passwords.hash("caf\u{E9}", cost: cheap)))
    }

    @Test(
        "A malformed hash, or one too expensive to compute, never matches",
        arguments: [
            "", "scrypt$4$8$1$$", "bcrypt$4$8$1$AAAA$AAAA", "scrypt$30$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
            "scrypt$4$8$1$*$*",
        ])
    func broken(_ stored: String) {
        #expect(!Passwords.verify("x", against: stored))
    }

    @Test("Tokens are 256 bits of base64url and unique")
    func tokens() {
        let token = Secrets.randomToken()
        #expect(token.wholeMatch(of: /[A-Za-z0-9_-]{43}/) != nil)
        #expect(token != Secrets.randomToken())
        #expect(
            Secrets.hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}

@Suite("Sign-in throttling")
struct LoginThrottleTests {
    private let start = Timestamp(milliseconds: 1_000_000)

    @Test("An address has thirty attempts over all accounts")
    func addresses() {
        let throttle = LoginThrottle()
        for number in 0..<30 {
            #expect(throttle.take(account: "user\(number)", address: "192.0.2.1", at: start) == nil)
        }
        #expect(throttle.take(account: "other", address: "192.0.2.1", at: start) == .seconds(30))
        #expect(throttle.take(account: "other", address: "192.0.2.2", at: start) == nil)
        #expect(throttle.take(account: "other", address: "192.0.2.1", at: start + .seconds(30)) == nil)
    }

    @Test("An IPv6 network counts as one address")
    func networks() {
        let throttle = LoginThrottle()
        for number in 0..<30 {
            #expect(throttle.take(account: "user\(number)", address: "2001:db8::\(number)", at: start) == nil)
        }
        #expect(throttle.take(account: "other", address: "2001:db8::ffff", at: start) != nil)
        #expect(throttle.take(account: "other", address: "2001:db8:0:1::1", at: start) == nil)
    }

    @Test("A correct password resets the account's counter")
    func success() {
        let throttle = LoginThrottle()
        for _ in 0..<9 { _ = throttle.take(account: "ada", address: "192.0.2.1", at: start) }
        throttle.succeeded(account: "ADA", address: "192.0.2.1")
        for _ in 0..<10 { #expect(throttle.take(account: "ada", address: "192.0.2.9", at: start) == nil) }
    }
}

@Suite("Client address behind proxies")
struct ClientAddressTests {
    private func client(_ peer: String, _ forwarded: [String]) -> ClientAddress.ClientIdentity {
        let ranges = ["10.0.0.0/8", "::1", "fd00::/8"].compactMap(AddressRange.init)
        return ClientAddress(trusted: ranges).of(peer: peer, forwardedFor: forwarded)
    }

    @Test(
        "The client is the last address that is not a trusted proxy",
        arguments: [
            ("203.0.113.9", [], "203.0.113.9"), ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"), ("10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", ["1.1.1.1, 198.51.100.1, 10.2.3.4"], "198.51.100.1"),
            ("::ffff:10.0.0.1", ["2001:db8::7"], "2001:db8::7"),
            ("fd12::1", ["198.51.100.1", "10.9.9.9"], "198.51.100.1"),
            ("10.0.0.1", ["1.1.1.1, garbage"], "10.0.0.1"), ("10.0.0.1", ["10.0.0.2"], "10.0.0.1"),
        ])
    func chain(_ peer: String, _ forwarded: [String], _ expected: String) {
        #expect(client(peer, forwarded).text == expected)
    }

    @Test("A spoofed header is detected")
    func claims() {
        #expect(client("127.0.0.1", ["1.1.1.1"]).hasUntrustedForwarding)
        #expect(!client("10.0.0.1", ["1.1.1.1"]).hasUntrustedForwarding)
    }

    @Test("Invalid addresses and networks are rejected", arguments: ["", "10.0.0.0/33", "10.0.0/8", "x", "::1/129"])
    func refused(_ text: String) {
        #expect(AddressRange(text) == nil)
        #expect(throws: InvalidConfiguration.self) { try SiteFixture(trustedProxies: [text]) }
    }
}

@Suite("Forms")
struct FormTests {
    @Test(
        "Line breaks and control characters are never accepted in a single-line field",
        arguments: ["a\r\nb", "a\nb", "a\u{0}b", "a\u{2028}b"])
    func controls(_ text: String) {
        var form = Form(Fields([("name", text)]))
        _ = form.line("name")
        #expect(!form.isValid)
    }

    @Test("Surrounding spaces are trimmed, inner ones kept")
    func blanks() {
        var form = Form(Fields([("name", "  Ada  Lovelace\t")]))
        #expect(form.line("name") == "Ada  Lovelace")
        #expect(form.isValid)
    }

    @Test("CR LF from browsers becomes LF")
    func lines() {
        var form = Form(Fields([("text", "a\r\nb\rc\n")]))
        #expect(form.text("text", limit: 100) == "a\nb\nc\n")
    }
}

@Suite("Number formatting")
struct EnglishFormatTests {
    @Test(
        "Thousands are grouped",
        arguments: [(0, "0"), (999, "999"), (1204, "1,204"), (1_000_000, "1,000,000"), (-1204, "-1,204")])
    func counts(_ number: Int, _ text: String) { #expect(EnglishFormat.count(number) == text) }

    @Test(
        "Durations are rounded up",
        arguments: [
            (1, "1 second"), (90, "90 seconds"), (91, "2 minutes"), (5400, "90 minutes"), (5401, "2 hours"),
            (172_801, "3 days"),
        ])
    func durations(_ seconds: Int, _ text: String) { #expect(EnglishFormat.duration(seconds: seconds) == text) }
}
