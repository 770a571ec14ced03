/// Reason why a text is not a valid address.
public enum AddressProblem: Error, Sendable, Equatable, CustomStringConvertible {
    case empty
    case tooLong
    case forbiddenCharacter
    case missingAt
    case invalidLocalPart
    case localPartTooLong
    case invalidDomain
    case missingCountryCode
    case invalidNumber
    case wrongNumberOfDigits
    case unknownCountryCode
    case numberTooShort
    case numberTooLong
    case unassignedNumber
    case invalidToken
    case notARecord

    /// One-sentence message for the person who typed it.
    public var message: String {
        switch self {
        case .empty: "Enter an address."
        case .tooLong: "The email address is longer than 254 characters."
        case .forbiddenCharacter:
            "The email address contains a space, a line break or another character that is not allowed."
        case .missingAt: "The email address needs one @ with something on both sides."
        case .invalidLocalPart: "The part of the email address before the @ is not valid."
        case .localPartTooLong: "The part of the email address before the @ is longer than 64 characters."
        case .invalidDomain: "The part of the email address after the @ is not a valid domain."
        case .missingCountryCode: "Enter the number with its country code, such as +27 82 123 4567."
        case .invalidNumber: "A phone number only contains digits and starts with + and the country code."
        case .wrongNumberOfDigits: "A phone number has 8 to 15 digits, including the country code."
        case .unknownCountryCode: "Unknown country code: check the digits after the +."
        case .numberTooShort: "The number is too short for its country."
        case .numberTooLong: "The number is too long for its country."
        case .invalidToken:
            "A device token is 1 to \(DeviceToken.longest) letters, digits and symbols, without spaces."
        case .notARecord: "Enter a record, for example member:m-1."
        case .unassignedNumber: "This number does not exist in its country: check the digits."
        }
    }

    public var description: String { message }
}
