import Dispatch

/// Renders claimed messages into transfers on all cores: merging and hashing cost more than anything else in the loop,
/// and messages are independent of each other.
struct Rendering {
    struct Job: Sendable {
        var message: ClaimedMessage
        var form: any PreparedContent
        /// Whether one of its texts uses the unsubscribe URL.
        var saysWhereToLeave = false
    }

    struct Made: Sendable {
        var submission: Submission
        var digest: String
    }

    /// Messages a thread takes at a time: enough to make the overhead negligible and to hash several at once.
    private static let stride = 16

    let installation: String
    let unsubscribe: UnsubscribeLinks?
    let digests: @Sendable ([MessageBody]) -> [String]

    /// Results in the order of `jobs`.
    func results(of jobs: [Job]) -> [Result<Made, any Error>] {
        guard jobs.count > Self.stride else { return results(of: jobs[...]) }
        let parts = (jobs.count + Self.stride - 1) / Self.stride
        // Parts of equal size, so that no thread waits for another.
        let size = (jobs.count + parts - 1) / parts
        return [Result<Made, any Error>](unsafeUninitializedCapacity: jobs.count) { buffer, count in
            // Each thread writes only its own elements.
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
    /// Bytes whose hash the log stores.
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
