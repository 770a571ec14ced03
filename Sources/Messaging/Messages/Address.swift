/// An address in the form messages are matched by: a lower-cased mailbox, a number in E.164, the token of a device, or a
/// record as in `member:m-1`.
public struct Address: Hashable, Sendable {
    public var kind: AddressKind
    public var value: String

    public init(kind: AddressKind, value: String) {
        self.kind = kind
        self.value = value
    }

    /// Checks and normalises what somebody typed for a delivery channel. Throws `AddressProblem`.
    public init(_ text: String, for channel: DeliveryChannel) throws(AddressProblem) {
        switch channel.addressKind {
        case .email: self.init(kind: .email, value: try EmailAddress(text).normalised)
        case .mobile: self.init(kind: .mobile, value: try PhoneNumber(text).e164)
        case .device:
            guard DeviceToken.isValid(text) else { throw .invalidToken }
            self.init(kind: .device, value: text)
        case .entity:
            guard let record = RecordAddress(text) else { throw .notARecord }
            self.init(kind: .entity, value: record.text)
        }
    }
}
