/// Expands receivers into messages. Pure: planning the same chunk again gives the same result.
///
/// Duplicate addresses are detected by the store, which alone sees the whole broadcast.
public struct MessagePlanner: Sendable {
    private let broadcastID: Int64
    private let channels:
        [(channel: DeliveryChannel, contentID: Int64, renderer: Result<ContentRenderer, ContentProblems>)]
    /// True if there is nothing to merge: most SMS, and half the work of a chunk.
    private let isPlain: Bool
    /// Variables used by any of the texts.
    private let names: MergeNames

    /// Parses the contents once; reuse it for all chunks of the broadcast.
    public init(_ broadcast: DueBroadcast) {
        broadcastID = broadcast.id
        channels = DeliveryChannel.allCases.compactMap { channel in
            guard let (id, content) = broadcast.contents[channel] else { return nil }
            return (channel, id, Result { () throws(ContentProblems) in try ContentRenderer(content) })
        }
        names = MergeNames(channels.flatMap { (try? $0.renderer.get().paths) ?? [] })
        isPlain = channels.allSatisfy { (try? $0.renderer.get().paths.isEmpty) ?? true }
    }

    public static func plan(_ chunk: [FanOutReceiver], of broadcast: DueBroadcast) -> [PlannedMessage] {
        MessagePlanner(broadcast).plan(chunk)
    }

    /// Returns one message per receiver and delivery channel, in the order of the receivers.
    public func plan(_ chunk: [FanOutReceiver]) -> [PlannedMessage] {
        var messages: [PlannedMessage] = []
        messages.reserveCapacity(chunk.count * channels.count)
        for receiver in chunk {
            let values = isPlain ? MergeValues() : MergeContext.values(for: receiver, only: names)
            for (channel, contentID, renderer) in channels {
                messages.append(message(to: receiver, by: channel, contentID: contentID, renderer, values))
            }
        }
        return messages
    }

    private func message(
        to receiver: FanOutReceiver, by channel: DeliveryChannel, contentID: Int64,
        _ renderer: Result<ContentRenderer, ContentProblems>, _ values: MergeValues
    ) -> PlannedMessage {
        let person = receiver.receiver
        var message = PlannedMessage(
            receiverID: person.id, deliveryChannel: channel, address: nil, recipientName: person.name,
            entityID: person.entity?.id ?? receiver.entity?.id, contentID: contentID, summary: "",
            merge: MergeValues(), channelID: person.subscription?.channelID)
        switch ReceiverAddress(of: person, for: channel) {
        case .usable(let address): message.address = address
        case .unusable(let reason): message.skip = reason
        }
        do {
            let renderer = try renderer.get()
            message.merge = values.pruned(to: renderer.paths)
            message.summary = try renderer.summary(message.merge)
        } catch {
            message.skip = message.skip ?? Self.reason(error)
        }
        return message
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as MergeTemplateError: error.message
        case let error as ContentProblems: error.problems.values.sorted().joined(separator: " ")
        default: "The content cannot be read."
        }
    }
}

/// Address of a receiver for one delivery channel, or the reason why there is none.
public enum ReceiverAddress: Sendable, Hashable {
    case usable(Address)
    case unusable(String)

    public init(of receiver: Receiver, for channel: DeliveryChannel) {
        guard let raw = receiver.address(for: channel) else {
            self = .unusable(Self.none(channel))
            return
        }
        do {
            self = .usable(try Address(raw, for: channel))
        } catch {
            self = .unusable("\(Self.invalid(channel)): \(ContentRenderer.shortened(ContentRenderer.oneLine(raw)))")
        }
    }

    /// Lower-case, because the log shows it after "Skipped:".
    static func none(_ channel: DeliveryChannel) -> String {
        switch channel.addressKind {
        case .email: "no email address"
        case .mobile: "no mobile number"
        case .device: "no device is registered"
        case .entity: "not linked to a record"
        }
    }

    static func invalid(_ channel: DeliveryChannel) -> String {
        switch channel.addressKind {
        case .email: "not a valid email address"
        case .mobile: "not a valid number"
        case .device: "not a valid device token"
        case .entity: "not a record"
        }
    }
}
