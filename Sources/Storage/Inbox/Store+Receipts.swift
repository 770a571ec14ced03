import Messaging

/// Receipts, part of `InboxStore`.
extension Store {
    @discardableResult
    public func file(_ receipt: Receipt) throws -> Bool {
        try engine.write(.accept) { try file(receipt, on: $0) }
    }

    func file(_ receipt: Receipt, on connection: any SQLConnection) throws -> Bool {
        let subject = try subject(of: receipt, on: connection)
        let isNew = try !Self.isFiled(receipt, underAny: subject.names, on: connection)
        if isNew { try Self.insert(receipt, name: subject.names[0], on: connection) }
        guard let message = subject.message else { return isNew }
        var delta = CountDelta()
        try Self.applyReceipts(
            to: message, provider: receipt.providerID, filedUnder: subject.names, delta: &delta, on: connection)
        try delta.write(on: connection)
        return isNew
    }

    private static func insert(_ receipt: Receipt, name: String, on connection: any SQLConnection) throws {
        try connection.run(
            """
            INSERT INTO receipts (provider_id, provider_ref, state, at, detail) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (provider_id, provider_ref, state) DO NOTHING
            """,
            [
                .int(receipt.providerID), .text(name), .text(receipt.state.rawValue), .time(receipt.at),
                .text(receipt.detail),
            ])
    }

    /// What a receipt is about.
    private struct Subject {
        /// The message it can be applied to now; `nil` while there is none.
        var message: Int64?
        /// What its receipts are filed under; the first is for this one.
        var names: [String]
    }

    /// A receipt names its message by the provider's reference or by ours. Ours is known from the first hand-off on, the
    /// provider's only when the message is recorded as sent.
    private func subject(of receipt: Receipt, on connection: any SQLConnection) throws -> Subject {
        guard let id = MessageToken.messageID(receipt.reference, installation: installationID) else {
            let message = try connection.first(
                "SELECT id FROM messages WHERE provider_id = $1 AND provider_ref = $2 AND provider_ref IS NOT NULL",
                [.int(receipt.providerID), .text(receipt.reference)], { $0.int() })
            return Subject(
                message: message, names: [receipt.reference] + (message.map { [Self.ownReference(of: $0)] } ?? []))
        }
        let known = try connection.first(
            """
            SELECT provider_ref, status FROM messages
            WHERE id = $1 AND provider_id = $2 AND direction = 'outbound'
            """, [.int(id), .int(receipt.providerID)]
        ) { (reference: $0.optionalText(), status: try $0.word(MessageStatus.self)) }
        let own = Self.ownReference(of: id)
        if let reference = known?.reference { return Subject(message: id, names: [reference, own]) }
        return Subject(message: known?.status.isSettled == true ? id : nil, names: [own])
    }

    /// What receipts are filed under that came by our own name for a message before the provider's was known.
    static func ownReference(of message: Int64) -> String { "message:\(message)" }

    /// Names of receipts of attempts that are over: `name#`, then anything.
    private static func closedNames(of name: String) -> (from: String, to: String) { ("\(name)#", "\(name)$") }

    private static func isFiled(
        _ receipt: Receipt, underAny names: [String], on connection: any SQLConnection
    ) throws -> Bool {
        try names.contains { name in
            let closed = closedNames(of: name)
            return try connection.first(
                """
                SELECT 1 FROM receipts WHERE provider_id = $1 AND provider_ref = $2 AND state = $3
                UNION ALL
                SELECT 1 FROM receipts
                WHERE provider_id = $1 AND provider_ref > $4 AND provider_ref < $5 AND state = $3 AND at = $6
                LIMIT 1
                """,
                [
                    .int(receipt.providerID), .text(name), .text(receipt.state.rawValue), .text(closed.from),
                    .text(closed.to), .time(receipt.at),
                ], { $0.int() }) != nil
        }
    }

    /// Keeps the receipts of a message that is sent again from counting for its next attempt, which may fail as the one
    /// before did. Only those filed under our own name: the provider has another for each attempt.
    static func closeReceipts(of message: Int64, on connection: any SQLConnection) throws {
        let name = ownReference(of: message)
        try connection.run(
            """
            UPDATE receipts SET provider_ref = provider_ref || '#' || id
            WHERE provider_id = (SELECT provider_id FROM messages WHERE id = $1) AND provider_ref = $2 AND applied = 1
            """, [.int(message), .text(name)])
    }

    /// Applies what came for a message while an attempt was under way. The new status; `nil` when nothing moved it.
    static func applyWaitingReceipts(
        to message: Int64, delta: inout CountDelta, on connection: any SQLConnection
    ) throws -> MessageStatus? {
        let names = try connection.first(
            "SELECT provider_id, provider_ref FROM messages WHERE id = $1", [.int(message)]
        ) { (provider: $0.optionalInt(), reference: $0.optionalText()) }
        guard let names, let provider = names.provider else { return nil }
        return try applyReceipts(
            to: message, provider: provider, filedUnder: [names.reference ?? "", ownReference(of: message)],
            delta: &delta, on: connection)
    }

    /// Applies what waits for a message in the order of its meaning, so that receipts that came early, twice or out of
    /// order end in the right state. The new status; `nil` when none moved it.
    @discardableResult
    static func applyReceipts(
        to message: Int64, provider: Int64, filedUnder names: [String], delta: inout CountDelta,
        on connection: any SQLConnection
    ) throws -> MessageStatus? {
        let names = names.filter { !$0.isEmpty }
        guard let first = names.first, let last = names.last else { return nil }
        var moved: MessageStatus?
        let waiting = try connection.rows(
            """
            SELECT id, state, at, detail FROM receipts
            WHERE provider_id = $1 AND provider_ref IN ($2, $3) AND applied = 0
            """, [.int(provider), .text(first), .text(last)]
        ) { (id: $0.int(), state: try $0.word(Receipt.State.self), at: $0.time(), detail: $0.text()) }
        let rank: [Receipt.State: Int] = [.failed: 0, .delivered: 1, .opened: 2, .read: 3]
        for receipt in waiting.sorted(by: { rank[$0.state, default: 0] < rank[$1.state, default: 0] }) {
            moved =
                try move(
                    message, by: receipt.state.event, error: receipt.state == .failed ? receipt.detail : nil,
                    delta: &delta, on: connection, at: receipt.at) ?? moved
            try connection.run("UPDATE receipts SET applied = 1 WHERE id = $1", [.int(receipt.id)])
        }
        return moved
    }

    /// Of an outbound message, by whichever name they came.
    static func receipts(of row: MessageRow, on connection: any SQLConnection) throws -> [Receipt] {
        guard let provider = row.providerID, row.direction == .outbound else { return [] }
        let reference = try connection.first(
            "SELECT provider_ref FROM messages WHERE id = $1", [.int(row.id)], { $0.optionalText() })
        let own = ownReference(of: row.id)
        let closed = closedNames(of: own)
        return try connection.rows(
            """
            SELECT provider_id, provider_ref, state, at, detail FROM receipts
            WHERE provider_id = $1 AND (provider_ref IN ($2, $3) OR (provider_ref > $4 AND provider_ref < $5))
            ORDER BY at, id
            """,
            [
                .int(provider), .text((reference ?? nil) ?? own), .text(own), .text(closed.from), .text(closed.to),
            ]
        ) { columns in
            Receipt(
                providerID: columns.int(), reference: columns.text(), state: try columns.word(), at: columns.time(),
                detail: columns.text())
        }
    }
}
