import Messaging
import Testing

struct EmailAddressTests {
    @Test("Valid addresses are accepted", arguments: validCases)
    func valid(text: String) throws {
        #expect(try EmailAddress(text).text == text)
    }

    @Test("Invalid addresses are rejected", arguments: invalidCases)
    func invalid(text: String, problem: AddressProblem) {
        #expect(throws: problem) { try EmailAddress(text) }
        #expect(problem.message.hasSuffix("."))
    }

    @Test("Lengths are accepted up to their limits")
    func limits() throws {
        _ = try EmailAddress(String(repeating: "a", count: 64) + "@example.com")
        _ = try EmailAddress("ada@" + String(repeating: "a", count: 63) + ".com")
        let longest = "ada@" + String(repeating: "abc.", count: 61) + "abcdef"
        #expect(longest.utf8.count == 254)
        _ = try EmailAddress(longest)
    }

    @Test("Case and normalisation form do not distinguish addresses", arguments: normalisedCases)
    func normalised(text: String, key: String) throws {
        let address = try EmailAddress(text)
        #expect(address.normalised == key)
        #expect(try address == EmailAddress(key))
        #expect(try Set([address, EmailAddress(key)]).count == 1)
    }

    @Test("Only a non-ASCII local part requires SMTPUTF8", arguments: smtpUTF8Cases)
    func smtpUTF8(text: String, needs: Bool, wire: String) throws {
        let address = try EmailAddress(text)
        #expect(address.needsSMTPUTF8 == needs)
        #expect(address.wire == wire)
    }

    /// RFC 3492, 7.1 and IANA's internationalised top-level domains.
    @Test("Labels are encoded in ASCII", arguments: punycodeCases)
    func punycode(label: String, ascii: String) throws {
        #expect(try EmailAddress("ada@\(label).com").asciiDomain == ascii + ".com")
    }
}

private let validCases: [String] = [
    "ada@example.com", "ada.lovelace+news@mail.example.co.uk", "a@b.io", "o'brien@example.com",
    "#!$%&'*+-/=?^_`{}|~@example.org",
    "\"ada@home\"@example.com", #""a\"b\\c"@example.com"#, "ada@localhost", "ada@[127.0.0.1]", "ada@[IPv6:2001:db8::1]",
    "ada@[IPv6:::ffff:192.0.2.1]", "josé@example.com", "ada@bücher.de", "用户@例子.公司", "ada@xn--bcher-kva.de", "1@2.com",
    "a@1and1.com", "ada@i❤.ws",
]

private let invalidCases: [(String, AddressProblem)] = [
    ("", AddressProblem.empty), ("  ", .empty), ("ada", .missingAt), ("@example.com", .missingAt), ("ada@", .missingAt),
    ("a@b@example.com", .missingAt), (".ada@example.com", .invalidLocalPart), ("ada.@example.com", .invalidLocalPart),
    ("a..b@example.com", .invalidLocalPart), ("a,b@example.com", .invalidLocalPart),
    ("\"ada@example.com", .invalidLocalPart),
    ("\"a\"b\"@example.com", .invalidLocalPart), ("\"\"@example.com", .invalidLocalPart),
    (#""a\"@example.com"#, .invalidLocalPart), ("a b@example.com", .forbiddenCharacter),
    ("ada@exa mple.com", .forbiddenCharacter), ("<ada@example.com>", .forbiddenCharacter),
    ("Ada <ada@example.com>", .forbiddenCharacter), ("ada@example.com\r\nRCPT TO:<x@y.z>", .forbiddenCharacter),
    ("ada\u{0}@example.com", .forbiddenCharacter), ("ada\u{202E}@example.com", .forbiddenCharacter),
    ("ada@example", .invalidDomain), ("ada@.com", .invalidDomain), ("ada@example..com", .invalidDomain),
    ("ada@example.com.", .invalidDomain), ("ada@-example.com", .invalidDomain), ("ada@example-.com", .invalidDomain),
    ("ada@exa_mple.com", .invalidDomain), ("ada@1.2.3.4", .invalidDomain), ("ada@[1.2.3.256]", .invalidDomain),
    ("ada@[1.2.3]", .invalidDomain), ("ada@[IPv6:12345::]", .invalidDomain), ("ada@[IPv6:1:2:3]", .invalidDomain),
    ("ada@[IPv6:1::2::3]", .invalidDomain), ("ada@[example]", .invalidDomain),
    ("ada@exam\u{2044}ple.com", .invalidDomain),
    (String(repeating: "a", count: 65) + "@example.com", .localPartTooLong),
    ("ada@" + String(repeating: "a", count: 64) + ".com", .invalidDomain),
    ("ada@" + String(repeating: "abc.", count: 63) + "com", .tooLong),
]

private let normalisedCases: [(String, String)] = [
    (" Ada@Example.COM ", "ada@example.com"), ("ADA@BÜCHER.de", "ada@xn--bcher-kva.de"),
    ("Jose\u{301}@example.com", "jos\u{E9}@example.com"), ("ada@example。com", "ada@example.com"),
    ("ada@ｅxample.com", "ada@example.com"),
]

private let smtpUTF8Cases: [(String, Bool, String)] = [
    ("Ada@Example.com", false, "Ada@example.com"), ("ada@bücher.de", false, "ada@xn--bcher-kva.de"),
    ("ada@例子.公司", false, "ada@xn--fsqu00a.xn--55qx5d"), ("josé@bücher.de", true, "josé@bücher.de"),
]

private let punycodeCases: [(String, String)] = [
    ("münchen", "xn--mnchen-3ya"), ("рф", "xn--p1ai"), ("испытание", "xn--80akhbyknj4f"), ("測試", "xn--g6w251d"),
    ("ไทย", "xn--o3cw4h"), ("中国", "xn--fiqs8s"), ("भारत", "xn--h2brj9c"), ("faß", "xn--fa-hia"), ("❤", "xn--qei"),
    ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
    ("なぜみんな日本語を話してくれないのか", "xn--n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
]
