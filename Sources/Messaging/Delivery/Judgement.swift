/// What follows from an outcome: the one place where states, retries and the log's words are decided.
public struct Judgement: Sendable {
    public var policy: RetryPolicy

    public init(policy: RetryPolicy = RetryPolicy()) { self.policy = policy }

    /// Longest text of a provider that the log keeps, in characters.
    public static let longestDetail = 2_000

    /// - Parameter jitter: a random number, 0 ..< 1.
    public func settlement(
        of message: ClaimedMessage, outcome: Outcome, digest: String, capabilities: ProviderCapabilities,
        jitter: Double, at now: Timestamp
    ) -> Settlement {
        var settlement = Settlement(
            messageID: message.id, attempt: message.attempt, broadcastID: message.broadcastID,
            providerID: message.providerID, event: .accepted, result: .accepted, detail: "", digest: digest,
            expectsReceipts: capabilities.givesReceipts)
        switch outcome {
        case .accepted(let reference, let detail):
            settlement.reference = reference
            settlement.detail = detail
        case .deferred(let reason, let retryAfter, let detail):
            let decision = policy.decision(
                attempt: message.attempt, reason: reason, retryAfter: retryAfter, jitter: jitter)
            deferred(&settlement, decision, of: message, detail: detail, at: now)
        case .refused(let detail, let addressIsDead):
            settlement.event = .refused
            settlement.result = .refused
            settlement.detail = detail
            settlement.error = detail
            settlement.suppressAddress = addressIsDead ? "The address was refused for good: \(detail)" : nil
        case .notHandedOver(let detail):
            // The message is not at fault, so it never runs out of attempts.
            var decision = policy.decision(
                attempt: message.attempt, reason: .lineBrokenBeforeBody, retryAfter: nil, jitter: jitter)
            if decision == .giveUp { decision = .again(after: policy.cap) }
            deferred(&settlement, decision, of: message, detail: detail, at: now)
            settlement.result = .notHandedOver
            settlement.digest = ""
        case .inDoubt(let detail):
            doubt(&settlement, message, detail: detail, repeatsSafely: capabilities.repeatsSafely, at: now)
        }
        settlement.detail = String(settlement.detail.prefix(Self.longestDetail))
        settlement.error = settlement.error.map { String($0.prefix(Self.longestDetail)) }
        return settlement
    }

    private func deferred(
        _ settlement: inout Settlement, _ decision: RetryDecision, of message: ClaimedMessage, detail: String,
        at now: Timestamp
    ) {
        settlement.detail = detail
        settlement.error = detail
        switch decision {
        case .again(let delay):
            settlement.event = .tryLater
            settlement.result = .deferred
            settlement.dueAt = now + delay
        case .giveUp:
            settlement.event = .refused
            settlement.result = .refused
            settlement.error = "Given up after \(settlement.attempt) attempts. The last answer: \(detail)"
            staysInDoubt(&settlement, message)
        }
    }

    private func doubt(
        _ settlement: inout Settlement, _ message: ClaimedMessage, detail: String, repeatsSafely: Bool,
        at now: Timestamp
    ) {
        settlement.result = .inDoubt
        settlement.detail = detail
        if repeatsSafely {
            settlement.event = .repeatSafely
            settlement.dueAt = now + .seconds(1)
            return
        }
        settlement.event = .lostTrack
        settlement.error = detail
        settlement.resends = message.whenUnknown == .resend
    }

    /// A message found suppressed at the last look.
    public func suppressed(_ message: ClaimedMessage, by suppression: Suppression) -> Settlement {
        var settlement = Settlement(
            messageID: message.id, attempt: message.attempt, broadcastID: message.broadcastID,
            providerID: message.providerID, event: .suppressed, result: .skipped,
            detail: "Not sent: \(suppression.words)", error: suppression.words)
        staysInDoubt(&settlement, message)
        return settlement
    }

    /// A message that cannot be made into anything to hand over.
    public func unusable(_ message: ClaimedMessage, detail: String) -> Settlement {
        let detail = String(detail.prefix(Self.longestDetail))
        var settlement = Settlement(
            messageID: message.id, attempt: message.attempt, broadcastID: message.broadcastID,
            providerID: message.providerID, event: .refused, result: .refused, detail: detail, error: detail)
        staysInDoubt(&settlement, message)
        return settlement
    }

    /// It ends without the provider's word on the hand-off that got no answer.
    private func staysInDoubt(_ settlement: inout Settlement, _ message: ClaimedMessage) {
        guard message.mayHaveLeft else { return }
        settlement.event = .lostTrack
        settlement.error = Self.inDoubt(because: settlement.error ?? "")
    }

    /// What stands at a message that will not leave again and may have left.
    public static func inDoubt(because words: String) -> String {
        let reason = words.isEmpty ? "" : words + (words.hasSuffix(".") ? " " : ". ")
        return String("\(reason)An earlier hand-off got no answer, so it may have arrived.".prefix(longestDetail))
    }
}
