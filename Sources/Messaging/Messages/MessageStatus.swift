/// Where a message stands. The states and the moves between them are one table, here; the store makes each move a
/// conditional update and counts the moves it refused.
public enum MessageStatus: String, CaseIterable, Hashable, Codable, Sendable {
    case pending, sending, sent, delivered, opened, read, failed, skipped, cancelled, unknown
    /// Inbound only.
    case received

    public var title: String {
        switch self {
        case .pending: "Pending"
        case .sending: "Sending"
        case .sent: "Sent"
        case .delivered: "Delivered"
        case .opened: "Opened"
        case .read: "Read"
        case .failed: "Failed"
        case .skipped: "Skipped"
        case .cancelled: "Cancelled"
        case .unknown: "Unknown"
        case .received: "Received"
        }
    }

    /// Nothing further happens by itself.
    public var isSettled: Bool { self != .pending && self != .sending }

    /// The outbound states in the order the books list them.
    public static let outbound: [MessageStatus] = allCases.filter { $0 != .received }
}

/// Why a message moves.
public enum MessageEvent: String, CaseIterable, Hashable, Sendable {
    case claim
    case accepted
    case tryLater
    case refused
    case suppressed
    case lostTrack
    case cancel
    case expire
    case receiptDelivered, receiptOpened, receiptRead, receiptFailed
    case assumeSent
    case retry
    case retryDespiteDoubt
    /// A hand-off that a dead process left, which the provider lets us repeat under the same key.
    case repeatSafely
    /// It would not leave again, by a cancel for one, and an earlier hand-off got no answer: to say that it was cancelled
    /// would say that it never left.
    case leaveInDoubt

    /// A person's word about a hand-off that failed or got no answer.
    public var isDecision: Bool { self == .assumeSent || self == .retry || self == .retryDespiteDoubt }
    /// Whether the provider told it afterwards.
    public var isReceipt: Bool {
        switch self {
        case .receiptDelivered, .receiptOpened, .receiptRead, .receiptFailed: true
        default: false
        }
    }
}

extension MessageStatus {
    /// The transition table. `nil`: the move is refused.
    ///
    /// | from      | event → to |
    /// |-----------|------------|
    /// | pending   | claim → sending, cancel and expire → cancelled, leaveInDoubt → unknown |
    /// | sending   | accepted → sent, tryLater and repeatSafely → pending, refused → failed, suppressed → skipped, lostTrack → unknown |
    /// | unknown   | receipts → their state, assumeSent → sent, retryDespiteDoubt → pending |
    /// | sent      | receipts → their state |
    /// | delivered | opened, read |
    /// | opened    | read |
    /// | failed    | retry → pending, good receipts → their state |
    public func after(_ event: MessageEvent) -> MessageStatus? {
        switch (self, event) {
        case (.pending, .claim): .sending
        case (.pending, .cancel), (.pending, .expire): .cancelled
        case (.pending, .leaveInDoubt): .unknown
        case (.sending, .accepted): .sent
        case (.sending, .tryLater), (.sending, .repeatSafely): .pending
        case (.sending, .refused): .failed
        case (.sending, .suppressed): .skipped
        case (.sending, .lostTrack): .unknown
        case (.sent, .receiptFailed), (.unknown, .receiptFailed): .failed
        case (.sent, .receiptDelivered), (.unknown, .receiptDelivered), (.failed, .receiptDelivered): .delivered
        case (.sent, .receiptOpened), (.delivered, .receiptOpened), (.unknown, .receiptOpened),
            (.failed, .receiptOpened):
            .opened
        case (.sent, .receiptRead), (.delivered, .receiptRead), (.opened, .receiptRead), (.unknown, .receiptRead),
            (.failed, .receiptRead):
            .read
        case (.unknown, .assumeSent): .sent
        case (.unknown, .retryDespiteDoubt): .pending
        case (.failed, .retry): .pending
        default: nil
        }
    }

    /// Every state from which an event is allowed.
    public static func sources(of event: MessageEvent) -> [MessageStatus] {
        allCases.filter { $0.after(event) != nil }
    }
}
