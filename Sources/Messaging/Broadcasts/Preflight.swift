/// Looks at a broadcast before it is sent and says everything that would go wrong or be left out.
///
/// Pure: it is given the receivers in chunks and keeps of them counts, a few names and, to see shared addresses, one
/// 64-bit hash per address. Two different addresses share such a hash once in 10^8 broadcasts of 100,000 receivers.
public struct Preflight: Sendable {
    /// Receivers examined at most, so that one look stays bounded in time (about 25 µs each) and in memory (16 bytes per
    /// address). Beyond it a finding says so.
    public static let receiverLimit = 100_000

    private let limit: Int
    private let channels: [Channel]
    private let readiness: [DeliveryChannel: ChannelReadiness]
    /// What holds whoever the receivers are.
    private let fixed: [Finding]
    private var examined = 0
    private var beyondLimit = 0
    private var reachable = 0
    private var missing: [String: Tally] = [:]
    private var missingOrder: [String] = []
    private var tallies: [DeliveryChannel: ChannelTally] = [:]
    private var segments: ClosedRange<Int>?
    /// An address to leave at as long as a real one; `nil` where messages will have none.
    private let unsubscribe: String?

    /// Who must not be written to, and by which delivery channels.
    public typealias Stops = [Int64: Set<DeliveryChannel>]

    private struct Channel: Sendable {
        let name: DeliveryChannel
        let renderer: ContentRenderer?
        let isPlain: Bool
    }

    private struct ChannelTally: Sendable {
        var noAddress = Tally()
        var invalid = Tally()
        var shared = Tally()
        var suppressed = Tally()
        var tooLarge = Tally()
        var seen = Set<Int>()
    }

    public init(
        composition: Composition, deliveryChannels: [DeliveryChannel],
        readiness: [DeliveryChannel: ChannelReadiness], unsubscribe: String? = nil, limit: Int = receiverLimit
    ) {
        self.limit = limit
        self.readiness = readiness
        self.unsubscribe = unsubscribe
        var fixed: [Finding] = []
        channels = deliveryChannels.map { channel in
            let content = composition.frozen(for: channel)
            fixed += Self.findings(about: content)
            do throws(ContentProblems) {
                let renderer = try ContentRenderer(content)
                return Channel(name: channel, renderer: renderer, isPlain: renderer.paths.isEmpty)
            } catch {
                fixed += Self.findings(about: error, in: channel)
                return Channel(name: channel, renderer: nil, isPlain: true)
            }
        }
        if deliveryChannels.isEmpty {
            fixed.append(Finding(.blocking, .noDeliveryChannel, "No delivery channel is chosen"))
        }
        self.fixed = fixed
    }

    /// All of it in one call. `next` answers the receivers after an id, in order of id; an empty answer ends it.
    /// `stopped` is asked once for each such chunk.
    ///
    /// - Parameter isForBlocking: only what forbids the sending is asked for, and of the receivers only one that can be
    ///   reached has to be found.
    /// - Parameter limit: of the receivers examined; 1 and more.
    public static func run(
        composition: Composition, deliveryChannels: [DeliveryChannel],
        readiness: [DeliveryChannel: ChannelReadiness], unsubscribe: String? = nil, isForBlocking: Bool = false,
        limit: Int = receiverLimit,
        stopped: ([FanOutReceiver]) throws -> Stops, next: (Int64) throws -> [FanOutReceiver]
    ) rethrows -> [Finding] {
        var preflight = Preflight(
            composition: composition, deliveryChannels: deliveryChannels, readiness: readiness,
            unsubscribe: unsubscribe, limit: limit)
        var cursor: Int64 = 0
        while preflight.wantsMore, !isForBlocking || preflight.reachable == 0 {
            let chunk = try next(cursor)
            guard let last = chunk.last else { break }
            preflight.examine(chunk, stopped: try stopped(chunk))
            cursor = last.receiver.id
        }
        if isForBlocking { return preflight.findings().filter { $0.severity == .blocking } }
        if try next(cursor).first != nil { preflight.beyondLimit = 1 }
        return preflight.findings()
    }

    /// The same where nobody is suppressed.
    public static func run(
        composition: Composition, deliveryChannels: [DeliveryChannel],
        readiness: [DeliveryChannel: ChannelReadiness], next: (Int64) throws -> [FanOutReceiver]
    ) rethrows -> [Finding] {
        try run(
            composition: composition, deliveryChannels: deliveryChannels, readiness: readiness,
            stopped: { _ in [:] }, next: next)
    }

    public var wantsMore: Bool { examined < limit }

    public mutating func examine(_ chunk: [FanOutReceiver], stopped: Stops = [:]) {
        for receiver in chunk { examine(receiver, stopped[receiver.receiver.id] ?? []) }
    }

    private mutating func examine(_ receiver: FanOutReceiver, _ stopped: Set<DeliveryChannel>) {
        examined += 1
        let values = channels.allSatisfy(\.isPlain) ? MergeValues() : MergeContext.values(for: receiver)
        var lacking: Set<String> = []
        var isReached = false
        for channel in channels {
            let isStopped = stopped.contains(channel.name)
            guard noteAddress(of: receiver.receiver, for: channel.name, isStopped: isStopped) else { continue }
            isReached = true
            guard let renderer = channel.renderer else { continue }
            noteTexts(
                of: receiver.receiver, channel, renderer, renderer.values(values, unsubscribe: unsubscribe), &lacking)
        }
        if isReached { reachable += 1 }
        for path in lacking.sorted() { note(missing: path, receiver.receiver) }
    }

    /// Whether a message would be sent to an address of its own.
    private mutating func noteAddress(
        of receiver: Receiver, for channel: DeliveryChannel, isStopped: Bool
    ) -> Bool {
        var tally = tallies.removeValue(forKey: channel) ?? ChannelTally()
        defer { tallies[channel] = tally }
        switch ReceiverAddress(of: receiver, for: channel) {
        case .usable(let address):
            guard tally.seen.insert(address.hashValue).inserted else {
                tally.shared.note(receiver)
                return false
            }
            if isStopped { tally.suppressed.note(receiver) }
            return !isStopped
        case .unusable where receiver.address(for: channel) == nil: tally.noAddress.note(receiver)
        case .unusable: tally.invalid.note(receiver)
        }
        return false
    }

    private mutating func noteTexts(
        of receiver: Receiver, _ channel: Channel, _ renderer: ContentRenderer, _ values: MergeValues,
        _ lacking: inout Set<String>
    ) {
        do {
            if !channel.isPlain { lacking.formUnion(try renderer.missing(in: values)) }
            guard channel.name == .sms, !channel.isPlain || segments == nil else { return }
            let count = Segments(of: try renderer.render(values).text).segments
            segments = segments.map { min($0.lowerBound, count)...max($0.upperBound, count) } ?? count...count
        } catch {
            tallies[channel.name, default: ChannelTally()].tooLarge.note(receiver)
        }
    }

    private mutating func note(missing path: String, _ receiver: Receiver) {
        if missing[path] == nil { missingOrder.append(path) }
        missing[path, default: Tally()].note(receiver)
    }
}

extension Preflight {
    /// What was found, the gravest first.
    public func findings() -> [Finding] {
        var all = fixed
        if examined == 0 {
            all.append(Finding(.blocking, .noReceivers, "There are no recipients"))
        } else if reachable == 0, !channels.isEmpty {
            all.append(
                Finding(
                    .blocking, .nobodyReached, "No receiver can be reached",
                    detail: "No recipient has an address that the chosen delivery channels can use."))
        }
        for channel in channels { all += providerFindings(channel.name) }
        for path in missingOrder {
            guard let tally = missing[path] else { continue }
            all.append(
                Finding(
                    .warning, .missingValue(path), "{{\(path)}} is empty for \(tally.recipients)",
                    detail: "The message leaves a gap there.", count: tally.count, examples: tally.examples))
        }
        for channel in channels { all += addressFindings(channel.name) }
        if let segments { all.append(Self.finding(about: segments)) }
        if beyondLimit > 0 {
            all.append(
                Finding(
                    .info, .notExamined, "Only the first \(limit) recipients were looked at",
                    detail: "What is said here holds for them. All recipients are written to."))
        }
        // A stable sort by hand: findings of one severity keep the order above.
        return [Finding.Severity.blocking, .warning, .info].flatMap { severity in
            all.filter { $0.severity == severity }
        }
    }

    private func addressFindings(_ channel: DeliveryChannel) -> [Finding] {
        guard let tally = tallies[channel] else { return [] }
        let words = AddressWords(channel)
        var found: [Finding] = []
        func add(_ tally: Tally, _ severity: Finding.Severity, _ kind: Finding.Kind, _ title: String, _ detail: String)
        {
            guard tally.count > 0 else { return }
            found.append(
                Finding(severity, kind, title, detail: detail, count: tally.count, examples: tally.examples))
        }
        add(
            tally.noAddress, .warning, .noAddress(channel), words.none(tally.noAddress),
            "\(channel.title) skips them.")
        add(
            tally.invalid, .warning, .invalidAddress(channel), words.invalid(tally.invalid),
            "\(channel.title) skips them.")
        add(
            tally.shared, .info, .sharedAddress(channel), words.shared(tally.shared),
            "\(channel.title) writes to each \(words.once) once.")
        add(
            tally.suppressed, .warning, .suppressed(channel),
            "\(tally.suppressed.recipients) must not be written to by \(channel.title)",
            "They unsubscribed, their address bounced, or it was suppressed by hand. \(channel.title) skips them, with the reason."
        )
        add(
            tally.tooLarge, .warning, .tooLarge(channel),
            "The \(channel.title) message is too large for \(tally.tooLarge.recipients)", "It is skipped for them.")
        return found
    }

    private func providerFindings(_ channel: DeliveryChannel) -> [Finding] {
        var found = stateFindings(channel)
        guard let readiness = readiness[channel], let words = readiness.passedOver else { return found }
        let instead =
            readiness.providerName.map { "\($0) sends instead." } ?? "There is no other provider to send instead."
        found.insert(
            Finding(
                .warning, .providerPassedOver(channel), "The provider chosen for \(channel.title) is not used",
                detail: "\(words) \(instead)"), at: 0)
        return found
    }

    private func stateFindings(_ channel: DeliveryChannel) -> [Finding] {
        switch readiness[channel]?.state {
        case .ready: []
        case .sandbox:
            [
                Finding(
                    .info, .sandbox(channel), "\(channel.title) goes to the sandbox",
                    detail: "Messages are kept in the sandbox. They are not sent.")
            ]
        case .troubled(let words):
            [
                Finding(
                    .warning, .troubledProvider(channel),
                    "\(readiness[channel]?.providerName ?? channel.title) cannot deliver right now",
                    detail: "\(words) Messages wait as pending and leave when it can.")
            ]
        case .missing, nil:
            [
                Finding(
                    .warning, .noProvider(channel), "\(channel.title) has no provider",
                    detail: "Messages wait as pending until one is set up.")
            ]
        }
    }

    private static func finding(about segments: ClosedRange<Int>) -> Finding {
        let range =
            segments.lowerBound == segments.upperBound
            ? "\(segments.upperBound)" : "\(segments.lowerBound) to \(segments.upperBound)"
        let word = segments.upperBound == 1 ? "segment" : "segments"
        return Finding(
            .info, .segments, "Each SMS has \(range) \(word)",
            detail: "Counted with every recipient's values in place. Providers charge by the segment.")
    }

    private static func findings(about content: Content) -> [Finding] {
        let channel = content.deliveryChannel
        var found: [Finding] = []
        if channel == .email, isBlank(content.subject) {
            found.append(Finding(.blocking, .emptySubject, "The email has no subject"))
        }
        if isBlank(content.text), channel != .email || isBlank(content.html) || !content.html.contains("<img") {
            found.append(Finding(.blocking, .emptyContent(channel), "The \(channel.title) message is empty"))
        }
        return found
    }

    private static func findings(about problems: ContentProblems, in channel: DeliveryChannel) -> [Finding] {
        ContentField.allCases.compactMap { field in
            problems.problems[field].map { message in
                Finding(
                    .blocking, .unreadableContent(channel, field),
                    Self.title(field, channel),
                    detail: message)
            }
        }
    }

    private static func title(_ field: ContentField, _ channel: DeliveryChannel) -> String {
        switch field {
        case .subject: "The subject cannot be used"
        case .html, .text: "The \(channel.title) message cannot be used"
        case .icon: "The \(channel.title) icon cannot be used"
        case .actionURL: "The \(channel.title) action URL cannot be used"
        case .parameters: "A parameter of the approved template cannot be used"
        }
    }

    private static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
}
