/// Files what a person wrote in the thread of that person, and heeds a word about consent. `nil` when it was filed before.
/// Throws `AddressProblem` where the sender is no address.
public struct ReceiveMessage: UseCase {
    public var message: InboundMessage

    public init(_ message: InboundMessage) { self.message = message }

    public func perform(_ work: Work) throws -> FiledMessage? {
        let phones = try work.stores.access.phones(work.stores.phones)
        let senders = try Self.senders(message.from, on: message.deliveryChannel, phones)
        var message = message
        message.text = Self.stored(message.text)
        return try work.commit { commit in
            guard let filed = try commit.stores.threads.file(message, fromOneOf: senders, at: commit.now) else {
                return nil
            }
            if Self.heedsWords(message.deliveryChannel), let word = ConsentWord(message.text) {
                try heed(word, in: filed, commit)
            }
            return filed
        }
    }

    // MARK: The sender

    /// Digits from which a number without `+` is more likely an international one. Some countries have national numbers
    /// as long as that, but senders give those with their leading 0.
    private static let internationalDigits = 11
    /// Digits of a short code, which belongs to one country's networks and is no E.164 number.
    private static let shortCode = 3...6

    /// Addresses in the form that messages are matched by, the most likely first; at least one, at most two. Gateways
    /// leave out the `+`, so digits alone may be a national number or an international one: 33612345678 is a mobile in
    /// France, and a number in Germany. Short codes are kept as they are. Throws for what is no address, such as a name.
    static func senders(
        _ text: String, on channel: DeliveryChannel, _ phones: PhoneReader
    ) throws(AddressProblem) -> [Address] {
        guard channel.addressKind == .mobile else { return [try Address(text, for: channel)] }
        let text = OneLine.of(text)
        let isBare = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        if isBare, shortCode.contains(text.utf8.count) { return [Address(kind: .mobile, value: text)] }
        guard isBare, !text.hasPrefix("0") else { return [Address(kind: .mobile, value: try phones.e164(text))] }
        let readings = text.utf8.count >= internationalDigits ? ["+" + text, text] : [text, "+" + text]
        var numbers: [String] = []
        for number in readings.compactMap({ try? phones.e164($0) }) where !numbers.contains(number) {
            numbers.append(number)
        }
        if numbers.isEmpty { numbers.append(try unassigned(text, phones)) }
        return numbers.map { Address(kind: .mobile, value: $0) }
    }

    /// A number that no numbering plan has, but somebody wrote from it.
    private static func unassigned(_ text: String, _ phones: PhoneReader) throws(AddressProblem) -> String {
        guard text.utf8.count >= internationalDigits else { return try phones.e164(text) }
        return try PhoneNumber("+" + text).e164
    }

    /// Without control characters other than line ends and tabs, which no person writes and each of which takes six bytes
    /// in the store.
    private static func stored(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: text.unicodeScalars.filter { $0.value >= 0x20 || ["\t", "\n", "\r"].contains($0) })
        return String(kept)
    }

    // MARK: Words about consent

    /// Of an email only the new text of a reply may count, never what it quotes.
    private static func heedsWords(_ channel: DeliveryChannel) -> Bool { channel == .sms || channel == .whatsapp }

    /// | word | answers | effect |
    /// |---|---|---|
    /// | stop | a broadcast | no more broadcasts |
    /// | stop | a message to one person, or nothing that we know of | nothing more at all: less would change nothing |
    /// | start | anything | takes back what the person's own word stopped |
    /// | help | anything | none: it waits, unread, for a person to answer |
    private func heed(_ word: ConsentWord, in filed: FiledMessage, _ commit: Commit) throws {
        switch word {
        case .stop:
            let answered = try filed.answers.flatMap { try commit.stores.suppressions.preferences(ofMessage: $0) }
            let scope: SuppressionScope = answered?.consent.isBroadcast == true ? .broadcasts : .everything
            let suppression = NewSuppression(
                address: filed.address, scope: scope,
                reason: "Wrote “\(OneLine.of(message.text))”.", source: .person, messageID: filed.id,
                askedAt: message.at)
            guard try commit.stores.suppressions.suppress([suppression], at: commit.now) == 1 else { return }
            try audit("unsubscribe", filed, scope, commit)
        case .start:
            for scope in [SuppressionScope.everything, .broadcasts] {
                // A START that was long under way does not undo a STOP written after it.
                guard try !commit.stores.suppressions.liftOwn(scope, of: filed.address, before: message.at).isEmpty
                else { continue }
                try audit("resubscribe", filed, scope, commit)
            }
        case .help: break
        }
    }

    /// In the name of the person who wrote; their address stays out of the audit.
    private func audit(
        _ action: String, _ filed: FiledMessage, _ scope: SuppressionScope, _ commit: Commit
    ) throws {
        var entry = commit.entry(action, "message \(filed.id)", detail: scope.auditWords)
        (entry.actor, entry.userID) = ("the receiver", nil)
        try commit.stores.audit.record(entry)
    }
}
