import Messaging

extension Store {
    /// Records the end of an attempt and moves its message. False when the table, or another lease, refuses the move.
    ///
    /// A reference that the provider gave for another message already stays with that one: some gateways answer the same
    /// id for all, and one of them must not keep every provider's outcomes from being recorded.
    static func settle(
        _ completion: AttemptCompletion, lease: Int64?, delta: inout CountDelta, on connection: any SQLConnection,
        at: Timestamp
    ) throws -> Bool {
        var completion = completion
        let isOver = try wouldLeaveAgain(completion) && isCancelled(completion.broadcastID, on: connection)
        if isOver { completion.staysAfterCancel() }
        guard let target = MessageStatus.sending.after(completion.event) else { return false }
        let isPending = target == .pending
        let moved = try connection.run(
            """
            UPDATE messages SET status = $1, lease = NULL, error = $2, due_at = COALESCE($3, due_at),
                provider_ref = CASE
                    WHEN $4 IS NULL OR EXISTS (
                        SELECT 1 FROM messages other
                        WHERE other.provider_id = messages.provider_id AND other.provider_ref = $4
                            AND other.provider_ref IS NOT NULL AND other.id <> messages.id)
                    THEN provider_ref ELSE $4 END,
                sent_at = CASE WHEN $5 = 1 THEN $6 ELSE sent_at END,
                settled_at = CASE WHEN $7 = 1 THEN NULL ELSE $6 END
            WHERE id = $8 AND status = 'sending' AND attempts = $9 AND (lease = $10 OR $11 = 1)
            """,
            [
                .text(target.rawValue), .text(completion.error), .time(completion.dueAt),
                completion.expectsReceipts && !completion.reference.isEmpty ? .text(completion.reference) : .null,
                .flag(target == .sent), .time(at), .flag(isPending), .int(completion.messageID),
                .int(completion.attempt), .int(lease), .flag(lease == nil),
            ])
        guard moved == 1 else { return false }
        try connection.run(
            """
            UPDATE attempts SET ended_at = $1, result = $2, detail = $3, digest = $4
            WHERE message_id = $5 AND number = $6
            """,
            [
                .time(at), .text(completion.result.rawValue), .text(completion.detail), .text(completion.digest),
                .int(completion.messageID), .int(completion.attempt),
            ])
        delta.move(from: .sending, to: target, broadcast: completion.broadcastID, at: at)
        if isOver, isPending {
            _ = try move(
                completion.messageID, by: .cancel, error: "Its broadcast was cancelled. \(completion.detail)",
                delta: &delta, on: connection, at: at)
        }
        // Before it would be sent again: a receipt may say that it arrived.
        if completion.expectsReceipts, target.isSettled {
            try applyReceipts(
                to: completion.messageID, provider: completion.providerID,
                filedUnder: [completion.reference, ownReference(of: completion.messageID)], delta: &delta,
                on: connection)
        }
        if completion.resends {
            _ = try move(completion.messageID, by: .retryDespiteDoubt, delta: &delta, on: connection, at: at)
        }
        if let reason = completion.suppressAddress {
            try suppress(addressOf: completion.messageID, reason: reason, on: connection, at: at)
        }
        return true
    }

    private static func wouldLeaveAgain(_ completion: AttemptCompletion) -> Bool {
        completion.resends || MessageStatus.sending.after(completion.event) == .pending
    }

    private static func isCancelled(_ broadcast: Int64, on connection: any SQLConnection) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM broadcasts WHERE id = $1 AND status = 'cancelled'", [.int(broadcast)], { $0.int() }) != nil
    }

    /// Moves a message that no attempt holds, by the table. The new status, or `nil` when the move is refused.
    static func move(
        _ id: Int64, by event: MessageEvent, user: Int64? = nil, error: String? = nil, delta: inout CountDelta,
        on connection: any SQLConnection, at: Timestamp
    ) throws -> MessageStatus? {
        guard
            let current = try connection.first(
                """
                SELECT status, broadcast_id, attempts, provider_id FROM messages
                WHERE id = $1 AND direction = 'outbound'
                """, [.int(id)],
                {
                    (
                        status: try $0.word(MessageStatus.self), broadcast: $0.int(), attempts: $0.count(),
                        provider: $0.optionalInt()
                    )
                }),
            var target = current.status.after(event)
        else { return nil }
        var error = error
        if target == .cancelled, try current.attempts > 0 && mayHaveLeft(id, on: connection) {
            guard let doubtful = current.status.after(.leaveInDoubt) else { return nil }
            target = doubtful
            error = OutcomePolicy.inDoubt(because: error ?? "It was cancelled.")
        }
        let moved = try connection.run(
            """
            UPDATE messages SET status = $1, error = $2,
                due_at = CASE WHEN $3 = 1 THEN $4 ELSE due_at END,
                sent_at = CASE WHEN $5 = 1 THEN COALESCE(sent_at, $4) ELSE sent_at END,
                delivered_at = CASE WHEN $6 = 1 THEN COALESCE(delivered_at, $4) ELSE delivered_at END,
                settled_at = CASE WHEN $3 = 1 THEN NULL ELSE $4 END, changed_by = COALESCE($7, changed_by)
            WHERE id = $8 AND status = $9
            """,
            [
                .text(target.rawValue), .text(error), .flag(target == .pending), .time(at),
                .flag([.sent, .delivered, .opened, .read].contains(target)),
                .flag([.delivered, .opened, .read].contains(target)), .int(user), .int(id),
                .text(current.status.rawValue),
            ])
        guard moved == 1 else { return nil }
        if event.isDecision { try note(event, about: id, by: user, on: connection, at: at) }
        delta.move(from: current.status, to: target, broadcast: current.broadcast, at: at)
        guard current.provider != nil else { return target }
        if target == .pending { try closeReceipts(of: id, on: connection) }
        guard target.isSettled, !event.isReceipt else { return target }
        return try applyWaitingReceipts(to: id, delta: &delta, on: connection) ?? target
    }

    /// Whether a hand-off of it got no answer.
    static func mayHaveLeft(_ message: Int64, on connection: any SQLConnection) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM attempts WHERE message_id = $1 AND result = 'in_doubt' LIMIT 1", [.int(message)],
            { $0.int() }) != nil
    }

    /// The provider that was given it and never answered, unless somebody, or the broadcast's policy, sent it again
    /// since. Only that one keeps it from arriving twice.
    static func binding(of message: Int64, on connection: any SQLConnection) throws -> ProviderBinding? {
        try connection.first(
            """
            SELECT a.provider_id, a.edition FROM attempts a WHERE a.message_id = $1 AND a.result = 'in_doubt'
                AND NOT EXISTS (
                    SELECT 1 FROM decisions d
                    WHERE d.message_id = a.message_id AND d.event IN ($2, $3) AND d.attempt >= a.number)
            ORDER BY a.number DESC LIMIT 1
            """,
            [
                .int(message), .text(MessageEvent.retryDespiteDoubt.rawValue), .text(MessageEvent.retry.rawValue),
            ], { ProviderBinding(provider: $0.int(), credentialGeneration: $0.count()) })
    }

    /// What a person decided stays beside the message, whatever becomes of it.
    static func note(
        _ event: MessageEvent, about message: Int64, by user: Int64?, on connection: any SQLConnection, at: Timestamp
    ) throws {
        try connection.run(
            """
            INSERT INTO decisions (message_id, event, user_id, at, attempt)
            VALUES ($1, $2, $3, $4, (SELECT attempts FROM messages WHERE id = $1))
            """,
            [.int(message), .text(event.rawValue), .int(user), .time(at)])
    }

    static func decisions(about message: Int64, on connection: any SQLConnection) throws -> [Decision] {
        try connection.rows(
            """
            SELECT d.event, u.name, d.at FROM decisions d LEFT JOIN users u ON u.id = d.user_id
            WHERE d.message_id = $1 ORDER BY d.id
            """, [.int(message)]
        ) { Decision(event: try $0.word(), by: $0.optionalText(), at: $0.time()) }
    }
}

/// The provider, and the edition of its settings, by which alone a message can be repeated under a key that is known.
struct ProviderBinding {
    var provider: Int64
    var credentialGeneration: Int

    func holds(for claim: ClaimRequest) -> Bool {
        provider == claim.providerID && credentialGeneration == claim.credentialGeneration
    }
}

extension AttemptCompletion {
    /// Its broadcast was cancelled while it was under way: nothing of it leaves again. What is in doubt stays so, since
    /// "cancelled" would say that it never left.
    fileprivate mutating func staysAfterCancel() {
        resends = false
        guard event == .repeatSafely else { return }
        event = .lostTrack
        error = detail
    }
}
