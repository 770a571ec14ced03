/// Maps an outcome to the message's state, its retry and its log text: the only place that decides them.
public struct OutcomePolicy: Sendable {
    public var policy: RetryPolicy

    public init(policy: RetryPolicy = RetryPolicy()) { self.policy = policy }

    /// Maximum length of a provider's text in the log, in characters.
    public static let longestDetail = 2_000

    /// - Parameter jitter: a random number, 0 ..< 1.
    public func completion(
        of message: ClaimedMessage, outcome: Outcome, digest: String, capabilities: ProviderCapabilities,
        jitter: Double, at now: Timestamp
    ) -> AttemptCompletion {
        var completion = AttemptCompletion(
            messageID: message.id, attempt: message.attempt, broadcastID: message.broadcastID,
            providerID: message.providerID, event: .accepted, result: .accepted, detail: "", digest: digest,
            expectsReceipts: capabilities.givesReceipts)
        switch outcome {
        case .accepted(let reference, let detail):
            completion.reference = reference
            completion.detail = detail
        case .deferred(let reason, let retryAfter, let detail):
            let decision = policy.decision(
                attempt: message.attempt, reason: reason, retryAfter: retryAfter, jitter: jitter)
            deferred(&completion, decision, of: message, detail: detail, at: now)
        case .refused(let detail, let addressIsDead):
            completion.event = .refused
            completion.result = .refused
            completion.detail = detail
            completion.error = detail
            completion.suppressAddress = addressIsDead ? "The address was refused for good: \(detail)" : nil
        case .notHandedOver(let detail):
            // The message is not at fault, so it never runs out of attempts.
            var decision = policy.decision(
                attempt: message.attempt, reason: .brokenBeforeBody, retryAfter: nil, jitter: jitter)
            if decision == .giveUp { decision = .again(after: policy.cap) }
            deferred(&completion, decision, of: message, detail: detail, at: now)
            completion.result = .notHandedOver
            completion.digest = ""
        case .inDoubt(let detail):
            doubt(&completion, message, detail: detail, repeatsSafely: capabilities.repeatsSafely, at: now)
        }
        completion.detail = String(completion.detail.prefix(Self.longestDetail))
        completion.error = completion.error.map { String($0.prefix(Self.longestDetail)) }
        return completion
    }

    private func deferred(
        _ completion: inout AttemptCompletion, _ decision: RetryDecision, of message: ClaimedMessage, detail: String,
        at now: Timestamp
    ) {
        completion.detail = detail
        completion.error = detail
        switch decision {
        case .again(let delay):
            completion.event = .tryLater
            completion.result = .deferred
            completion.dueAt = now + delay
        case .giveUp:
            completion.event = .refused
            completion.result = .refused
            completion.error = "Given up after \(completion.attempt) attempts. The last answer: \(detail)"
            staysInDoubt(&completion, message)
        }
    }

    private func doubt(
        _ completion: inout AttemptCompletion, _ message: ClaimedMessage, detail: String, repeatsSafely: Bool,
        at now: Timestamp
    ) {
        completion.result = .inDoubt
        completion.detail = detail
        if repeatsSafely {
            completion.event = .repeatSafely
            completion.dueAt = now + .seconds(1)
            return
        }
        completion.event = .lostTrack
        completion.error = detail
        completion.resends = message.whenUnknown == .resend
    }

    /// Completion of a message that the final check found suppressed.
    public func suppressed(_ message: ClaimedMessage, by suppression: Suppression) -> AttemptCompletion {
        var completion = AttemptCompletion(
            messageID: message.id, attempt: message.attempt, broadcastID: message.broadcastID,
            providerID: message.providerID, event: .suppressed, result: .skipped,
            detail: "Not sent: \(suppression.words)", error: suppression.words)
        staysInDoubt(&completion, message)
        return completion
    }

    /// Completion of a message that cannot be rendered into a transfer.
    public func unusable(_ message: ClaimedMessage, detail: String) -> AttemptCompletion {
        let detail = String(detail.prefix(Self.longestDetail))
        var completion = AttemptCompletion(
            messageID: message.id, attempt: message.attempt, broadcastID: message.broadcastID,
            providerID: message.providerID, event: .refused, result: .refused, detail: detail, error: detail)
        staysInDoubt(&completion, message)
        return completion
    }

    /// Keeps the message in doubt: it ends without the provider's reply to an earlier submission.
    private func staysInDoubt(_ completion: inout AttemptCompletion, _ message: ClaimedMessage) {
        guard message.mayHaveLeft else { return }
        completion.event = .lostTrack
        completion.error = Self.inDoubt(because: completion.error ?? "")
    }

    /// Detail of a message that will not be retried and may have been sent.
    public static func inDoubt(because words: String) -> String {
        let reason = words.isEmpty ? "" : words + (words.hasSuffix(".") ? " " : ". ")
        return String("\(reason)An earlier hand-off got no answer, so it may have arrived.".prefix(longestDetail))
    }
}
