import Dispatch

/// Makes transfers of claimed messages, on as many cores as there are: putting the values into a mail and taking its
/// fingerprint cost more than anything else the loop does, and no two messages have to do with each other.
struct Rendering {
    struct Job: Sendable {
        var message: ClaimedMessage
        var form: any PreparedContent
        /// Whether a text of it says where to leave.
        var saysWhereToLeave = false
    }

    struct Made: Sendable {
        var submission: Submission
        var digest: String
    }

    /// Messages a thread takes at a time: enough that taking them costs nothing beside them, and that their fingerprints
    /// are taken side by side.
    private static let stride = 16

    let installation: String
    let unsubscribe: UnsubscribeLinks?
    let digests: @Sendable ([MessageBody]) -> [String]

    /// In the order of `jobs`.
    func results(of jobs: [Job]) -> [Result<Made, any Error>] {
        guard jobs.count > Self.stride else { return results(of: jobs[...]) }
        let parts = (jobs.count + Self.stride - 1) / Self.stride
        // Of one size, so that no thread waits for the other.
        let size = (jobs.count + parts - 1) / parts
        return [Result<Made, any Error>](unsafeUninitializedCapacity: jobs.count) { buffer, count in
            // Each thread writes only its own places of it.
            nonisolated(unsafe) let places = buffer
            DispatchQueue.concurrentPerform(iterations: parts) { part in
                let range = min(part * size, jobs.count)..<min((part + 1) * size, jobs.count)
                for (index, result) in zip(range, results(of: jobs[range])) {
                    (places.baseAddress! + index).initialize(to: result)
                }
            }
            count = jobs.count
        }
    }

    private func results(of jobs: ArraySlice<Job>) -> [Result<Made, any Error>] {
        let transfers = jobs.map { job in Result { try transfer(job) } }
        var digests = self.digests(transfers.compactMap { try? $0.get().body })[...]
        return zip(jobs, transfers).map { job, transfer in
            transfer.map { transfer in
                let message = job.message
                return Made(
                    submission: Submission(
                        messageID: message.id, attempt: message.attempt, providerID: message.providerID,
                        transfer: transfer),
                    digest: digests.removeFirst())
            }
        }
    }

    private func transfer(_ job: Job) throws -> Transfer {
        let message = job.message
        let link = job.saysWhereToLeave || message.isOfList ? unsubscribe?.link(ofMessage: message.id) : nil
        let values = try MergeValues(json: message.merge)
        return try job.form.transfer(
            of: job.saysWhereToLeave ? values.withUnsubscribing(at: link?.url) : values,
            in: OutboundMessage(
                messageID: message.id, attempt: message.attempt, deliveryChannel: message.deliveryChannel,
                address: message.address, recipientName: message.recipientName,
                messageToken: MessageToken.text(messageID: message.id, installation: installation),
                createdAt: message.createdAt, type: message.type, list: message.list(unsubscribe: link)))
    }
}

extension Transfer {
    /// The bytes whose hash the log keeps.
    var body: MessageBody {
        switch self {
        case .mail(let mail): return mail.body
        case .http(let request): return request.body
        case .sandbox(let item):
            var body = item.payload
            body.append(Array(item.extras.json.utf8))
            return body
        case .notice(let notice):
            return MessageBody(Array((notice.title + "\n" + notice.text + notice.extras.json).utf8))
        }
    }
}
