import Messaging
import Numbering
import Testing

@Suite("Numbers by the plans of the world")
struct NumberingPlanTests {
    private let plan = NumberingPlan()

    @Test(
        "an international number is read as people write it",
        arguments: [
            ("+27 82 123 4567", "+27821234567"), ("0027821234567", "+27821234567"),
            ("+44 (0)20 7946 0958", "+442079460958"), ("+1 (202) 555-0101", "+12025550101"),
            // A zero in front belongs to an Italian number.
            ("+39 06 6982 1234", "+390669821234"),
        ])
    func international(text: String, e164: String) throws {
        #expect(try plan.number(text, region: "").e164 == e164)
        #expect(try plan.number(text, region: "ZA").e164 == e164)
    }

    @Test(
        "a number without a country code belongs to the region",
        arguments: [
            ("082 123 4567", "ZA", "+27821234567"), ("020 7946 0958", "GB", "+442079460958"),
            ("(202) 555-0101", "US", "+12025550101"), ("06 6982 1234", "IT", "+390669821234"),
        ])
    func national(text: String, region: String, e164: String) throws {
        #expect(try plan.number(text, region: region).e164 == e164)
        #expect(throws: AddressProblem.missingCountryCode) { try plan.number(text, region: "") }
    }

    @Test(
        "what no telephone can have is refused, with the reason",
        arguments: [
            ("+1 202 555 010", AddressProblem.numberTooShort), ("+1 202 555 01012", .numberTooLong),
            ("+999 123 456 78", .unknownCountryCode), ("+44 7700 900123", .unassignedNumber),
            ("+1 800 FLOWERS", .invalidNumber), ("+27821234567 ext. 5", .invalidNumber), ("", .empty),
            ("+27821", .wrongNumberOfDigits),
        ])
    func refused(text: String, problem: AddressProblem) {
        #expect(throws: problem) { try plan.number(text, region: "") }
        #expect(!problem.message.isEmpty)
    }

    @Test("a stored number is read as itself")
    func stable() throws {
        for text in ["+27821234567", "+390669821234", "+12025550101", "+5491123456789", "+5511987654321"] {
            #expect(try plan.number(text, region: "US").e164 == text)
        }
    }

    @Test("every region is there, with its calling code")
    func regions() {
        let regions = plan.regions
        #expect(regions.count > 200)
        #expect(regions.contains(PhoneRegion(code: "ZA", callingCode: 27)))
        #expect(regions.contains(PhoneRegion(code: "GG", callingCode: 44)))
    }
}
