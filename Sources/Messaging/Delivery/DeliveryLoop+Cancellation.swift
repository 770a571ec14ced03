/// Narrows the gap between the suppression check and the wire.
///
/// A connection holds four messages: one whose body is being written, one whose envelope is, and two that wait. Behind
/// a slow server, minutes can pass between the check of a waiting message and its transmission. So whenever a
/// suppression is added, everything in flight is checked again and suppressed messages are cancelled. Only the two that
/// a connection has begun to write can no longer be stopped.
extension DeliveryLoop {
    func cancelSuppressed(_ state: inout State) throws {
        guard !state.inFlight.isEmpty else { return }
        let mark = try outbox.suppressionMark()
        guard mark != state.suppressionMark else { return }
        let stops = try outbox.suppressions(of: state.inFlight.values.map(\.message))
        state.suppressionMark = mark
        guard !stops.isEmpty else { return }
        state.cancelled.merge(stops) { known, _ in known }
        transport.cancel(Set(stops.keys))
    }

    /// Completion of a cancelled message; `nil` for any other message, and for one that was sent despite the
    /// cancellation.
    func cancelledCompletion(
        of message: ClaimedMessage, _ outcome: Outcome, _ state: inout State
    ) -> AttemptCompletion? {
        guard let stop = state.cancelled.removeValue(forKey: message.id), case .notHandedOver = outcome else {
            return nil
        }
        return outcomePolicy.suppressed(message, by: stop)
    }
}

extension ClaimedMessage {
    var isOfList: Bool { deliveryChannel == .email && (consent.isBroadcast || consent.channelID != nil) }

    /// List headers of the mail; `nil` for a mail to one person.
    func list(unsubscribe: UnsubscribeLink?) -> MailList? {
        guard isOfList else { return nil }
        return MailList(channelID: consent.channelID, name: channelName, unsubscribe: unsubscribe)
    }
}

extension ContentRenderer {
    /// The message's values, with the unsubscribe URL added if the texts use it and it is not set.
    public func values(_ values: MergeValues, unsubscribe url: String?) -> MergeValues {
        asksForUnsubscribing ? values.withUnsubscribing(at: url) : values
    }
}

extension MergeValues {
    /// Adds the unsubscribe URL unless the values already contain one.
    func withUnsubscribing(at url: String?) -> MergeValues {
        guard let url, self[key: UnsubscribeLinks.mergeName] == nil else { return self }
        var values = self
        values[key: UnsubscribeLinks.mergeName] = .string(url)
        return values
    }
}
