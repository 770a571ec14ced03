import Messaging
import Testing

@Suite("Message state machine")
struct MessageStatusTests {
    /// Independent copy of DESIGN's transition table: every other transition must be rejected.
    private static let allowed: [MessageStatus: [MessageEvent: MessageStatus]] = [
        .pending: [.claim: .sending, .cancel: .cancelled, .expire: .cancelled, .leaveInDoubt: .unknown],
        .sending: [
            .accepted: .sent, .tryLater: .pending, .repeatSafely: .pending, .refused: .failed, .suppressed: .skipped,
            .lostTrack: .unknown,
        ],
        .sent: [
            .receiptDelivered: .delivered, .receiptOpened: .opened, .receiptRead: .read, .receiptFailed: .failed,
        ],
        .delivered: [.receiptOpened: .opened, .receiptRead: .read],
        .opened: [.receiptRead: .read],
        .failed: [
            .retry: .pending, .receiptDelivered: .delivered, .receiptOpened: .opened, .receiptRead: .read,
        ],
        .unknown: [
            .assumeSent: .sent, .retryDespiteDoubt: .pending, .receiptDelivered: .delivered, .receiptOpened: .opened,
            .receiptRead: .read, .receiptFailed: .failed,
        ],
    ]

    @Test("Every pair of state and event moves as in the table, or not at all", arguments: MessageStatus.allCases)
    func everyPair(status: MessageStatus) {
        for event in MessageEvent.allCases {
            #expect(status.after(event) == Self.allowed[status]?[event], "\(status) + \(event)")
        }
    }

    @Test("Cancelling never affects a message that is being submitted")
    func cancelSparesSending() {
        #expect(MessageStatus.sending.after(.cancel) == nil)
        #expect(MessageStatus.sources(of: .cancel) == [.pending])
    }

    @Test("No event leads from sent, delivered, opened or read back to pending")
    func noSecondSend() {
        for status in [MessageStatus.sent, .delivered, .opened, .read, .skipped, .cancelled, .received] {
            #expect(MessageEvent.allCases.allSatisfy { status.after($0) != .pending })
        }
    }
}
