import Messaging
import Testing

struct PhoneNumberTests {
    @Test("Numbers are read as people write them", arguments: validCases)
    func valid(text: String, e164: String) throws {
        #expect(try PhoneNumber(text).e164 == e164)
    }

    @Test("Invalid numbers are rejected", arguments: invalidCases)
    func invalid(text: String, problem: AddressProblem) {
        #expect(throws: problem) { try PhoneNumber(text) }
    }
}

private let validCases: [(String, String)] = [
    ("+27821234567", "+27821234567"), (" +27 82 123-4567 ", "+27821234567"), ("0027 (82) 123.4567", "+27821234567"),
    ("+44 (0)20 7946 0018", "+442079460018"), ("+1\u{A0}202\u{2011}555\u{2013}0143", "+12025550143"),
    ("\u{202A}+12025550143\u{202C}", "+12025550143"), ("+12345678", "+12345678"),
    ("+123456789012345", "+123456789012345"),
]

private let invalidCases: [(String, AddressProblem)] = [
    ("", AddressProblem.empty), ("  ", .empty), ("0821234567", .missingCountryCode),
    ("27821234567", .missingCountryCode),
    ("+0821234567", .missingCountryCode), ("000821234567", .missingCountryCode), ("+1234567", .wrongNumberOfDigits),
    ("+1234567890123456", .wrongNumberOfDigits), ("+", .wrongNumberOfDigits), ("+27 82 CALL ME", .invalidNumber),
    ("++27821234567", .invalidNumber), ("27+821234567", .invalidNumber), ("+٢٧٨٢١٢٣٤٥٦٧", .invalidNumber),
    ("+27821234567;ext=1", .invalidNumber), ("+2782\r\n1234567x", .invalidNumber),
]
