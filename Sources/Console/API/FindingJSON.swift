import Messaging

/// What the preflight says, for programs.
enum FindingJSON {
    static func list(_ findings: [JSONValue], mayBeSent: Bool) -> JSONValue {
        ["may_be_sent": .bool(mayBeSent), "findings": .list(findings)]
    }

    static func one(_ finding: Finding) -> JSONValue {
        let code = code(of: finding.kind)
        return [
            "severity": .string(word(for: finding.severity)), "kind": .string(code.name),
            "delivery_channel": JSONValue(code.channel?.rawValue), "about": JSONValue(code.about),
            "title": .string(finding.title), "detail": JSONValue(finding.detail), "count": JSONValue(finding.count),
            "examples": .list(
                finding.examples.map { ["receiver_id": JSONValue(id: $0.receiverID), "name": .string($0.name)] }),
        ]
    }

    /// Why a broadcast has no content to look at.
    static func template(_ failure: Failure) -> JSONValue {
        [
            "severity": "blocking", "kind": "template", "delivery_channel": nil, "about": nil,
            "title": .string(failure.title), "detail": .string(failure.detail), "count": 0, "examples": [],
        ]
    }

    /// A finding that stands in the way, as a problem of the call.
    static func field(_ finding: Finding) -> Failure.Field {
        Failure.Field(
            field: code(of: finding.kind).name,
            message: [finding.title, finding.detail].compactMap { $0 }.joined(separator: ". "))
    }

    private static func word(for severity: Finding.Severity) -> String {
        switch severity {
        case .blocking: "blocking"
        case .warning: "warning"
        case .info: "info"
        }
    }

    private typealias Code = (name: String, channel: DeliveryChannel?, about: String?)

    private static func code(of kind: Finding.Kind) -> Code {
        switch kind {
        case .noReceivers: ("no_receivers", nil, nil)
        case .noDeliveryChannel: ("no_delivery_channel", nil, nil)
        case .nobodyReached: ("nobody_reached", nil, nil)
        case .emptySubject: ("empty_subject", .email, nil)
        case .emptyContent(let channel): ("empty_content", channel, nil)
        case .unreadableContent(let channel, let field): ("unreadable_content", channel, field.rawValue)
        case .missingValue(let path): ("missing_value", nil, path)
        case .noAddress(let channel): ("no_address", channel, nil)
        case .invalidAddress(let channel): ("invalid_address", channel, nil)
        case .sharedAddress(let channel): ("shared_address", channel, nil)
        case .suppressed(let channel): ("suppressed", channel, nil)
        case .noUnsubscribe: ("no_unsubscribe", .email, nil)
        case .expired: ("expired", nil, nil)
        case .noProvider(let channel): ("no_provider", channel, nil)
        case .troubledProvider(let channel): ("troubled_provider", channel, nil)
        case .providerPassedOver(let channel): ("provider_passed_over", channel, nil)
        case .sandbox(let channel): ("sandbox", channel, nil)
        case .segments: ("segments", .sms, nil)
        case .tooLarge(let channel): ("too_large", channel, nil)
        case .notExamined: ("not_examined", nil, nil)
        }
    }
}
