/// One thing the preflight has to say about a broadcast before it is sent.
public struct Finding: Sendable, Hashable {
    public enum Severity: Int, Sendable, Hashable, Comparable {
        case info, warning, blocking

        public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    public enum Kind: Sendable, Hashable {
        case noReceivers
        case noDeliveryChannel
        /// Nobody of the receivers can be reached by any of the delivery channels.
        case nobodyReached
        case emptySubject
        case emptyContent(DeliveryChannel)
        case unreadableContent(DeliveryChannel, ContentField)
        case missingValue(String)
        case noAddress(DeliveryChannel)
        case invalidAddress(DeliveryChannel)
        case sharedAddress(DeliveryChannel)
        /// Whoever left, bounced or was suppressed.
        case suppressed(DeliveryChannel)
        /// A mail to many that says nowhere how to leave.
        case noUnsubscribe
        /// Its time would be over before it leaves.
        case expired
        case noProvider(DeliveryChannel)
        case troubledProvider(DeliveryChannel)
        /// The provider that was asked for is gone or off: the default sends.
        case providerPassedOver(DeliveryChannel)
        case sandbox(DeliveryChannel)
        case segments
        case tooLarge(DeliveryChannel)
        /// Receivers beyond the bound of one preflight.
        case notExamined
    }

    /// A receiver the finding is about.
    public struct Example: Sendable, Hashable {
        public var receiverID: Int64
        /// The name, else an address, else "Recipient 7".
        public var name: String
    }

    public var severity: Severity
    public var kind: Kind
    public var title: String
    public var detail: String?
    /// Receivers concerned; 0 where the finding is not about receivers.
    public var count: Int
    /// The first five of them.
    public var examples: [Example]

    public init(
        _ severity: Severity, _ kind: Kind, _ title: String, detail: String? = nil, count: Int = 0,
        examples: [Example] = []
    ) {
        self.severity = severity
        self.kind = kind
        self.title = title
        self.detail = detail
        self.count = count
        self.examples = examples
    }
}

/// Receivers counted, the first few remembered by name.
struct Tally: Sendable {
    static let exampleLimit = 5
    private(set) var count = 0
    private(set) var examples: [Finding.Example] = []

    mutating func note(_ receiver: Receiver) {
        count += 1
        guard examples.count < Self.exampleLimit else { return }
        let names = [receiver.name, receiver.email, receiver.mobile]
        examples.append(
            Finding.Example(
                receiverID: receiver.id, name: names.first { !$0.isEmpty } ?? "Recipient \(receiver.id)"))
    }

    /// "1 recipient", "3 recipients".
    var recipients: String { count == 1 ? "1 recipient" : "\(count) recipients" }
}
