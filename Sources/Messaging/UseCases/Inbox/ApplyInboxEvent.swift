/// Applies a webhook that was written: its receipts, its messages and the end of the event are one commit, so a process
/// that dies leaves either all or nothing of it. Throws `WebhookUnreadable` where nothing of it can be applied.
struct ApplyInboxEvent: UseCase {
    var event: InboxEvent

    init(_ event: InboxEvent) { self.event = event }

    /// Why items of it could not be applied; empty when all were.
    func perform(_ work: Work) throws -> String {
        guard event.attempts <= InboxEvent.mostAttempts else {
            throw WebhookUnreadable("The program ended each of the \(InboxEvent.mostAttempts) times it read this.")
        }
        guard let account = try work.stores.providers.provider(event.providerID),
            let provider = try work.stores.catalog.webhookReceiver(for: account)
        else { throw WebhookUnreadable("The provider was removed.") }
        let phones = try work.stores.access.phones(work.stores.phones)
        let reading = Self.fileable(try provider.read(event.request), on: account.deliveryChannel, phones)
        let refused = reading.refused.joined(separator: " ")
        if reading.events.isEmpty, !refused.isEmpty { throw WebhookUnreadable(refused) }
        try work.commit { commit in
            let reason = String(refused.prefix(InboxEvent.longestReason))
            // Another process may have been quicker.
            guard try commit.stores.inbox.end(event.id, .applied, reason: reason, at: work.now) else { return }
            for (index, one) in reading.events.enumerated() { try apply(one, at: index, of: account, work) }
        }
        return refused
    }

    /// Without replies from what is no address: nobody could be answered there.
    private static func fileable(
        _ reading: WebhookReading, on channel: DeliveryChannel, _ phones: PhoneReader
    ) -> WebhookReading {
        var fileable = WebhookReading(refused: reading.refused)
        for event in reading.events {
            if case .inbound(_, let from, _, _, _, _) = event {
                do {
                    _ = try ReceiveMessage.senders(from, on: channel, phones)
                } catch {
                    fileable.refused.append("From “\(OneLine.of(from))”: \(error)")
                    continue
                }
            }
            fileable.events.append(event)
        }
        return fileable
    }

    private func apply(_ one: WebhookEvent, at index: Int, of account: ProviderAccount, _ work: Work) throws {
        switch one {
        case .receipt(let reference, let state, let at, let detail):
            let receipt = Receipt(
                providerID: account.id, reference: reference, state: state, at: past(at), detail: detail)
            _ = try ApplyReceipt(receipt).perform(work)
        case .inbound(let reference, let from, let to, let text, let at, let inReplyTo):
            let message = InboundMessage(
                deliveryChannel: account.deliveryChannel, from: from, to: to, text: text, providerID: account.id,
                reference: reference.isEmpty ? "\(event.externalID) \(index)" : reference,
                inReplyTo: inReplyTo.map(InboundMessage.Answered.reference), at: past(at))
            _ = try ReceiveMessage(message).perform(work)
        }
    }

    /// Nothing happened after we heard of it, whatever the sender's clock says.
    private func past(_ time: Timestamp) -> Timestamp { min(time, event.request.receivedAt) }
}

extension ProviderCatalog {
    /// The provider of an account that calls us; `nil` for a kind that does not. Where its own address leads does not
    /// matter here. Throws `InvalidSettings`.
    func webhookReceiver(for account: ProviderAccount) throws(InvalidSettings) -> (any WebhookReceiving)? {
        guard let kind = kind(account.kind) as? any WebhookReceiving.Type else { return nil }
        return try kind.init(account: account)
    }
}
