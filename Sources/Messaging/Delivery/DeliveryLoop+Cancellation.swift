/// What keeps the gap between the last look and the wire small.
///
/// A connection holds four messages: one whose body is being written, one whose envelope is, and two that wait. Those
/// that wait were looked up before somebody left, perhaps; behind a slow server that can be minutes. So whenever a
/// suppression was added, all that is in flight is looked up again, and what must not leave any more is called back.
/// Too late it is only for the two a connection has begun to write.
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

    /// Of a message that came back because it was called back; `nil` for any other, and for one that left all the same.
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

    /// What its mail says of the list it belongs to; `nil`: it is a letter to one person.
    func list(unsubscribe: UnsubscribeLink?) -> MailList? {
        guard isOfList else { return nil }
        return MailList(channelID: consent.channelID, name: channelName, unsubscribe: unsubscribe)
    }
}

extension ContentRenderer {
    /// The message's values with the address to leave at, where the texts ask for it and nobody gave one.
    public func values(_ values: MergeValues, unsubscribe url: String?) -> MergeValues {
        asksForUnsubscribing ? values.withUnsubscribing(at: url) : values
    }
}

extension MergeValues {
    /// With the address to leave at, unless somebody gave one of their own.
    func withUnsubscribing(at url: String?) -> MergeValues {
        guard let url, self[key: UnsubscribeLinks.mergeName] == nil else { return self }
        var values = self
        values[key: UnsubscribeLinks.mergeName] = .string(url)
        return values
    }
}
