import Synchronization

@testable import Messaging
@testable import Storage

/// Repeatable chance.
struct Chance {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

    mutating func next(_ below: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 11) % below
    }

    mutating func pick<Item>(_ items: [Item]) -> Item? { items.isEmpty ? nil : items[next(items.count)] }
}

/// Hands over a message's token and reads the answers a test makes up; its settings say whether it recognises keys, and
/// where.
struct RecordedProvider: HTTPProvider {
    static let kind = "recorded"
    static let title = "Recorded"
    static let deliveryChannels: Set<DeliveryChannel> = [.email, .sms]
    static let fields: [SettingField] = []
    static let capabilities = ProviderCapabilities(givesReceipts: true)
    let fromAddress = "from@example.org"
    let maxConnections = 8
    let rates = RateLimits()
    let capabilities: ProviderCapabilities
    let url: String
    var keyScope: String? { capabilities.repeatsSafely ? url : nil }

    /// Each account of each address keeps its own keys.
    static func url(_ id: Int64, _ address: String) -> String { "http://recorded.test/\(id)/\(address)" }

    init(account: ProviderAccount) throws(InvalidSettings) {
        url = Self.url(account.id, account.settings["address"])
        capabilities = ProviderCapabilities(repeatsSafely: account.settings["keys"] == "true", givesReceipts: true)
    }

    func transfer(for outbound: OutboundMessage) throws(MessageRefused) -> Transfer {
        .http(HTTPTransfer(url: url, body: MessageBody(Array(outbound.messageToken.utf8))))
    }

    var endpoint: HTTPEndpoint { HTTPEndpoint(url: url) }
    let secrets: [String] = []

    func outcome(of response: HTTPResponse) -> Outcome {
        switch response.status {
        case 202: .accepted(reference: response.reason, detail: "taken")
        case 401: .notHandedOver(detail: "wrong token")
        case 429: .deferred(reason: .throttled, retryAfter: .seconds(90), detail: "slower")
        case 500: .deferred(reason: .transient, retryAfter: nil, detail: "later")
        case 410: .refused(detail: "gone", addressIsDead: true)
        default: .refused(detail: "never", addressIsDead: false)
        }
    }
}

/// What a message must be by now, told from what happened to it alone.
struct ModelMessage {
    var status = MessageStatus.pending
    var broadcast: Int64
    var address: String
    var isKeyed: Bool
    var attempts = 0
    /// The provider it was handed to last, and where that led.
    var at: Int64?
    var place: String?
    var dueAt: Timestamp
    var expiresAt: Timestamp?
    var reference: String?
    /// How often a provider acted on it, and how often that was somebody's own will.
    var taken = 0
    /// Those that recognise keys and have acted on this one.
    var takers: Set<String> = []
    /// A hand-off got no answer.
    var mayHaveLeft = false
    /// Where that was, as long as nobody said that it may leave twice.
    var binding: String?
    /// Another provider or account stood in its place for a while: it may have come to it.
    var mayBeOutOfPlace = false
    var allowance = 1
    var assumedSent = false

    mutating func move(_ event: MessageEvent) {
        guard let next = status.after(event) else { return }
        status = mayHaveLeft && next == .cancelled ? .unknown : next
    }

    /// No more attempts.
    mutating func giveUp() { move(mayHaveLeft ? .lostTrack : .refused) }
}

/// Says before every commit whether there is room for it.
final class FillingDisk: Sendable {
    let isFull = Mutex(false)
    func check() throws {
        if isFull.withLock({ $0 }) { throw StoreUnavailable(isFull: true, detail: "full") }
    }
}
