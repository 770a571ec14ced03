import Numbering
import Testing

@testable import Messaging

/// Who sent an inbound message, when the gateway gives digits alone.
@Suite("Senders of inbound messages")
struct SenderTests {
    struct Case: CustomTestStringConvertible {
        var region: String
        var from: String
        var readings: [String]

        init(_ region: String, _ from: String, _ readings: String...) {
            (self.region, self.from, self.readings) = (region, from, readings)
        }

        var testDescription: String { "\(from) in \(region)" }
    }

    static let cases = [
        Case("DE", "447911123456", "+447911123456", "+49447911123456"),
        Case("DE", "33612345678", "+33612345678", "+4933612345678"),
        Case("DE", "41791234567", "+41791234567", "+4941791234567"),
        Case("AT", "12125551234", "+12125551234", "+4312125551234"),
        Case("DE", "4915123456789", "+4915123456789", "+494915123456789"),
        Case("DE", "015123456789", "+4915123456789"),
        Case("ZA", "27821234567", "+27821234567"),
        Case("ZA", "0821234567", "+27821234567"),
        Case("ZA", "+27 82 123 4567", "+27821234567"),
        Case("", "27821234567", "+27821234567"),
        Case("US", "4520123456", "+4520123456"),
        Case("US", "2125551234", "+12125551234"),
        Case("ZA", "40404", "40404"),
    ]

    @Test("Digits alone are read as an international number first when they are long enough for one", arguments: cases)
    func readings(one: Case) throws {
        let phones = PhoneReader(NumberingPlan(), region: one.region)
        let senders = try ReceiveMessage.senders(one.from, on: .sms, phones)
        #expect(senders.map(\.value) == one.readings)
        #expect(senders.allSatisfy { $0.kind == .mobile })
    }

    @Test("A name, or too few digits for a number, is refused", arguments: ["Club", "", "12", "0"])
    func refused(from: String) {
        let phones = PhoneReader(NumberingPlan(), region: "ZA")
        #expect(throws: AddressProblem.self) { try ReceiveMessage.senders(from, on: .sms, phones) }
    }
}
