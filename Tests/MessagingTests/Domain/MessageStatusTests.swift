import Messaging
import Testing

@Suite("The transition table")
struct MessageStatusTests {
    /// DESIGN's table, written out once more by hand: every move that is not here must be refused.
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

    @Test("every pair of state and event moves as the table says, or not at all", arguments: MessageStatus.allCases)
    func everyPair(status: MessageStatus) {
        for event in MessageEvent.allCases {
            #expect(status.after(event) == Self.allowed[status]?[event], "\(status) + \(event)")
        }
    }

    @Test("cancelling never touches a message that is being handed over")
    func cancelSparesSending() {
        #expect(MessageStatus.sending.after(.cancel) == nil)
        #expect(MessageStatus.sources(of: .cancel) == [.pending])
    }

    @Test("nothing leaves sent, delivered, opened or read towards pending")
    func noSecondSend() {
        for status in [MessageStatus.sent, .delivered, .opened, .read, .skipped, .cancelled, .received] {
            #expect(MessageEvent.allCases.allSatisfy { status.after($0) != .pending })
        }
    }
}
