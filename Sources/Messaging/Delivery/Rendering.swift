import Dispatch

/// Makes transfers of claimed messages, on as many cores as there are: putting the values into a mail and taking its
/// fingerprint cost more than anything else the loop does, and no two messages have to do with each other.
struct Rendering {
    struct Job: Sendable {
        var message: ClaimedMessage
        var form: any ContentForm
        /// Whether a text of it says where to leave.
        var saysWhereToLeave = false
    }

    struct Made: Sendable {
        var handover: Handover
        var digest: String
    }

    /// Messages a thread takes at a time: enough that taking them costs nothing beside them.
    private static let stride = 8

    let installation: String
    let unsubscribe: UnsubscribeLinks?
    let digest: @Sendable ([UInt8]) -> String

    /// In the order of `jobs`.
    func results(of jobs: [Job]) -> [Result<Made, any Error>] {
        guard jobs.count > Self.stride else { return jobs.map(result) }
        return [Result<Made, any Error>](unsafeUninitializedCapacity: jobs.count) { buffer, count in
            // Each thread writes only its own places of it.
            nonisolated(unsafe) let places = buffer
            DispatchQueue.concurrentPerform(iterations: (jobs.count + Self.stride - 1) / Self.stride) { part in
                for index in (part * Self.stride)..<min((part + 1) * Self.stride, jobs.count) {
                    (places.baseAddress! + index).initialize(to: result(jobs[index]))
                }
            }
            count = jobs.count
        }
    }

    private func result(_ job: Job) -> Result<Made, any Error> {
        let message = job.message
        let link = job.saysWhereToLeave || message.isOfList ? unsubscribe?.link(ofMessage: message.id) : nil
        return Result {
            let transfer = try job.form.transfer(
                of: job.saysWhereToLeave ? message.merge.withUnsubscribing(at: link?.url) : message.merge,
                in: Dispatch(
                    messageID: message.id, attempt: message.attempt, deliveryChannel: message.deliveryChannel,
                    address: message.address, recipientName: message.recipientName,
                    messageToken: MessageToken.text(messageID: message.id, installation: installation),
                    createdAt: message.createdAt, type: message.type, list: message.list(unsubscribe: link)))
            return Made(
                handover: Handover(
                    messageID: message.id, attempt: message.attempt, providerID: message.providerID,
                    transfer: transfer),
                digest: digest(transfer.bytes))
        }
    }
}

extension Transfer {
    /// The bytes whose hash the log keeps.
    var bytes: [UInt8] {
        switch self {
        case .mail(let mail): mail.data
        case .http(let request): request.body
        case .sandbox(let item): item.payload + Array(item.extras.json.utf8)
        case .notice(let notice): Array((notice.title + "\n" + notice.text + notice.extras.json).utf8)
        }
    }
}
