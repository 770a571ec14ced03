import CPhoneNumber
import Messaging

/// The numbering plans of the world, by libphonenumber. The first number takes some 20 ms and 5 MB, for the plans are
/// read then; each further one some hundredths of a millisecond at most.
public struct NumberingPlan: PhoneRules {
    public init() {}

    public var regions: [PhoneRegion] {
        let list = List()
        cphone_each_region(
            { code, callingCode, context in
                guard let code, let context else { return }
                Unmanaged<List>.fromOpaque(context).takeUnretainedValue().regions
                    .append(PhoneRegion(code: String(cString: code), callingCode: Int(callingCode)))
            }, Unmanaged.passUnretained(list).toOpaque())
        return withExtendedLifetime(list) { list.regions }
    }

    private final class List {
        var regions: [PhoneRegion] = []
    }

    public func number(_ text: String, region: String) throws(AddressProblem) -> PhoneNumber {
        // The strict form first: it refuses letters and extensions, which a message cannot be sent to.
        let strict: PhoneNumber
        do {
            strict = try PhoneNumber(text)
        } catch AddressProblem.missingCountryCode where !region.isEmpty {
            return try read(text, region)
        }
        return try read(strict.e164, "")
    }

    private func read(_ text: String, _ region: String) throws(AddressProblem) -> PhoneNumber {
        var text = text
        let (verdict, e164) = text.withUTF8 { bytes in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CPHONE_CAPACITY)) { out in
                let verdict = bytes.withMemoryRebound(to: CChar.self) {
                    cphone_read($0.baseAddress, $0.count, region, out.baseAddress)
                }
                return (verdict, out.baseAddress.map { String(cString: $0) } ?? "")
            }
        }
        switch verdict {
        case CPHONE_VALID: return try PhoneNumber(e164)
        case CPHONE_NO_COUNTRY: throw .unknownCountryCode
        case CPHONE_TOO_SHORT: throw .numberTooShort
        case CPHONE_TOO_LONG: throw .numberTooLong
        case CPHONE_UNKNOWN: throw .unassignedNumber
        default: throw .invalidNumber
        }
    }
}
