import Messaging

/// The console's three groups of message states, and the states with a label of their own.
enum StatusGroup: String, CaseIterable, Sendable {
    case sent, pending, failed, skipped, cancelled, unknown, delivered, opened, read, received

    var statuses: Set<MessageStatus> {
        switch self {
        case .sent: [.sent, .delivered, .opened, .read]
        case .pending: [.pending, .sending]
        case .failed: [.failed]
        case .skipped: [.skipped]
        case .cancelled: [.cancelled]
        case .unknown: [.unknown]
        case .delivered: [.delivered]
        case .opened: [.opened]
        case .read: [.read]
        case .received: [.received]
        }
    }

    var label: String { rawValue.capitalized }
}

extension MessageStatus {
    /// Label for the log: *Sent* even if more is known, which is then shown beside it.
    var words: String {
        switch self {
        case .pending, .sending: "Pending"
        case .delivered, .opened, .read: "Sent · \(rawValue)"
        case .sent, .failed, .skipped, .cancelled, .unknown, .received: title
        }
    }
}
