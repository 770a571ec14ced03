import Messaging

extension Store {
    @discardableResult
    public func file(
        _ message: InboundMessage, fromOneOf addresses: [Address], at: Timestamp
    ) throws -> FiledMessage? {
        let reference = Self.inboundReference(message.reference)
        return try engine.write(.accept) { connection in
            let known = try connection.first(
                "SELECT id FROM messages WHERE provider_id = $1 AND provider_ref = $2 AND provider_ref IS NOT NULL",
                [.int(message.providerID), .text(reference)], { $0.int() })
            if known != nil { return nil }
            let named = try answered(by: message, on: connection)
            guard let address = try Self.pick(addresses, answering: named, on: connection) else { return nil }
            let sender = try sender(address, answering: named, on: connection)
            let thread = try Self.thread(of: sender, on: connection)
            let id = try Self.insert(
                message, reference: reference, from: sender, thread: thread, answering: named?.id, on: connection,
                at: at)
            try connection.run(
                """
                UPDATE threads SET last_message_id = $1, last_message_at = $2, unread = unread + 1 WHERE id = $3
                """, [.int(id), .time(at), .int(thread)])
            var delta = CountDelta()
            delta.add(.received, 1, broadcast: 0)
            try delta.write(on: connection)
            let latest = try Self.latest(to: sender.addressID, by: message.deliveryChannel, on: connection)
            return FiledMessage(id: id, threadID: thread, address: address, answers: named?.id ?? latest)
        }
    }

    /// Providers count what they take and what they bring from the same number; the log keeps both in one column.
    private static func inboundReference(_ reference: String) -> String { "inbound:\(reference)" }

    private static func insert(
        _ message: InboundMessage, reference: String, from sender: Sender, thread: Int64, answering: Int64?,
        on connection: any SQLConnection, at: Timestamp
    ) throws -> Int64 {
        var values: [String: MergeValue] = ["text": .string(message.text)]
        if !message.to.isEmpty { values["to"] = .string(message.to) }
        let id = try IDSequence.messages.take(on: connection)
        try connection.run(
            """
            INSERT INTO messages (
                direction, delivery_channel, type, status, lane, priority, address_id, recipient, summary, entity_id,
                merge, due_at, provider_id, provider_ref, in_reply_to, thread_id, unread, created_at, sent_at,
                settled_at, id)
            VALUES ('inbound', $1, 'reply', 'received', 0, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $7, $12, $7,
                $13)
            """,
            [
                .text(message.deliveryChannel.rawValue), .int(sender.addressID), .text(sender.name),
                .text(String(message.text.prefix(200))), .int(sender.entityID), .text(MergeValues(values).json),
                .time(at), .int(message.providerID), .text(reference), .int(answering), .int(thread),
                .time(message.at), .int(id),
            ])
        return id
    }

    // MARK: What it answers

    private struct Answered {
        var id: Int64
        var addressID: Int64?
        var name: String
        var entityID: Int64?
    }

    /// The message of ours that it names; one that was not given to this provider is none.
    private func answered(by message: InboundMessage, on connection: any SQLConnection) throws -> Answered? {
        let columns = "SELECT id, address_id, recipient, entity_id FROM messages"
        func read(_ columns: inout Columns) -> Answered {
            Answered(
                id: columns.int(), addressID: columns.optionalInt(), name: columns.text(),
                entityID: columns.optionalInt())
        }
        switch message.inReplyTo {
        case nil: return nil
        case .id(let id):
            return try connection.first("\(columns) WHERE id = $1 AND direction = 'outbound'", [.int(id)], read)
        case .reference(let reference):
            if let id = MessageToken.messageID(reference, installation: installationID) {
                return try connection.first(
                    "\(columns) WHERE id = $1 AND provider_id = $2 AND direction = 'outbound'",
                    [.int(id), .int(message.providerID)], read)
            }
            return try connection.first(
                "\(columns) WHERE provider_id = $1 AND provider_ref = $2 AND provider_ref IS NOT NULL",
                [.int(message.providerID), .text(reference)], read)
        }
    }

    private static func latest(
        to addressID: Int64, by channel: DeliveryChannel, on connection: any SQLConnection
    ) throws -> Int64? {
        try connection.first(
            """
            SELECT id FROM messages
            WHERE address_id = $1 AND delivery_channel = $2 AND direction = 'outbound' AND sent_at IS NOT NULL
            ORDER BY id DESC LIMIT 1
            """, [.int(addressID), .text(channel.rawValue)], { $0.int() })
    }

    // MARK: Who sent it

    struct Sender {
        var addressID: Int64
        var name: String
        var entityID: Int64?
    }

    private static func pick(
        _ addresses: [Address], answering: Answered?, on connection: any SQLConnection
    ) throws -> Address? {
        guard addresses.count > 1 else { return addresses.first }
        let rows = try AddressBatch.rows(of: Set(addresses), on: connection)
        let known = addresses.filter { rows[$0] != nil }
        return known.first { rows[$0]?.id == answering?.addressID } ?? known.first ?? addresses[0]
    }

    /// The address with what is known of its owner; made where nobody was ever written to there.
    private func sender(
        _ address: Address, answering: Answered?, on connection: any SQLConnection
    ) throws -> Sender {
        let row = try AddressBatch.rows(of: [address], on: connection)[address]
        let known = try row.flatMap { row in
            try connection.first("SELECT name FROM addresses WHERE id = $1", [.int(row.id)], { $0.text() })
        }
        // A reply from another address may be from another person: somebody passed our message on.
        let answering = answering.flatMap { $0.addressID == row?.id ? $0 : nil }
        let linked = try Self.existing([row?.entityID, answering?.entityID], on: connection)
        let customer = try linked ?? onlyRecord(with: address, on: connection)
        let name =
            [known, answering?.name, customer?.displayName].lazy.compactMap { $0 }.first { !$0.isEmpty } ?? ""
        if let row, known == name, row.entityID == customer?.id || customer == nil {
            return Sender(addressID: row.id, name: name, entityID: customer?.id)
        }
        let id = try AddressBatch.id(
            of: .init(address: address, name: name, entityID: customer?.id), on: connection)
        return Sender(addressID: id, name: name, entityID: customer?.id)
    }

    private static func existing(_ ids: [Int64?], on connection: any SQLConnection) throws -> Entity? {
        for id in ids.compactMap({ $0 }) {
            if let entity = try entity(id, on: connection) { return entity }
        }
        return nil
    }

    /// Records with an address looked at to see whether it is one's own.
    private static let mostSharers = 20

    /// The one record of the directory with this address. Among several a single member counts, since people write, not
    /// accounts; otherwise nobody can tell whose it is.
    private func onlyRecord(with address: Address, on connection: any SQLConnection) throws -> Entity? {
        let column: String
        switch address.kind {
        case .email: column = "lower(e.email)"
        case .mobile: column = "e.mobile"
        case .device: return try Self.owner(ofDevice: address.value, on: connection)
        case .entity: return try Self.record(address.value, on: connection)
        }
        let word = address.value.lowercased()
        guard word.count >= engine.dialect.search.shortestWord else { return nil }
        let found = try connection.rows(
            Self.sharers(column, engine.dialect),
            [.text(engine.dialect.search.expression([word])), .text(word), .int(Self.mostSharers)], Self.entity)
        if found.count == 1 { return found[0] }
        let members = found.filter { $0.kind == .member }
        return members.count == 1 ? members[0] : nil
    }

    /// `column`: what of a record must be the word that is searched.
    static func sharers(_ column: String, _ dialect: Dialect) -> String {
        let columns = entityColumns.replacing("id, kind", with: "e.id, kind")
        return """
            SELECT \(columns) FROM (\(dialect.search.walk("entities", 1, "> 0", "DESC"))) f
                \(dialect.orderedJoin) entities e ON e.id = f.id
            WHERE \(column) = $2 AND e.kind <> 'transaction' LIMIT $3
            """
    }

    private static func owner(ofDevice token: String, on connection: any SQLConnection) throws -> Entity? {
        let id = try connection.first("SELECT entity_id FROM devices WHERE token = $1", [.text(token)], { $0.int() })
        return try id.flatMap { try entity($0, on: connection) }
    }

    private static func record(_ text: String, on connection: any SQLConnection) throws -> Entity? {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        return try connection.first(
            "SELECT \(entityColumns) FROM entities WHERE kind = $1 AND external_id = $2",
            [.text(parts[0]), .text(parts[1])], entity)
    }
}
