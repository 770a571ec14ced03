/// Preflight texts about recipients that a delivery channel cannot reach.
struct AddressWords {
    private let noun: String
    private let kind: AddressKind

    init(_ channel: DeliveryChannel) {
        kind = channel.addressKind
        noun =
            switch kind {
            case .email: "email address"
            case .mobile: "mobile number"
            case .device: "device"
            case .entity: "record"
            }
    }

    /// `3 recipients have no email address`
    func none(_ tally: Tally) -> String {
        switch kind {
        case .email, .mobile: "\(tally.recipients) \(has(tally)) no \(noun)"
        case .device: "\(tally.recipients) \(has(tally)) no registered device"
        case .entity: "\(tally.recipients) \(tally.count == 1 ? "is" : "are") not linked to a record"
        }
    }

    func invalid(_ tally: Tally) -> String {
        "\(tally.recipients) \(has(tally)) \(kind == .email ? "an" : "a") \(noun) that is not valid"
    }

    func shared(_ tally: Tally) -> String {
        "\(tally.recipients) \(tally.count == 1 ? "shares" : "share") the \(noun) of another"
    }

    /// The unit that receives a message once, even if recipients share it.
    var once: String {
        switch kind {
        case .email, .mobile: "address"
        case .device, .entity: noun
        }
    }

    private func has(_ tally: Tally) -> String { tally.count == 1 ? "has" : "have" }
}
