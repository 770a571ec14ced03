import Messaging

extension Store: DeviceStore {
    private static let deviceColumns = "id, token, platform, name, registered_at, last_seen_at"
    private static let latestFirst = "ORDER BY last_seen_at DESC, id DESC"

    private static func device(_ columns: inout Columns) throws -> Device {
        Device(
            id: columns.int(), token: columns.text(), platform: try columns.word(), name: columns.text(),
            registeredAt: columns.time(), lastSeenAt: columns.time())
    }

    public func register(_ device: Device, of entityID: Int64, at: Timestamp) throws -> DeviceRegistered {
        try engine.write(.accept) { connection in
            let isThere = try connection.first("SELECT 1 FROM entities WHERE id = $1", [.int(entityID)], { $0.int() })
            guard isThere != nil else { throw StoreConflict.notFound }
            let known = try connection.first(
                "SELECT \(Self.deviceColumns), entity_id FROM devices WHERE token = $1", [.text(device.token)]
            ) { (device: try Self.device(&$0), owner: $0.int()) }
            let change: DeviceRegistered.Change
            if let known, known.owner == entityID {
                change =
                    known.device.platform == device.platform && known.device.name == device.name ? .seen : .renamed
            } else {
                try Self.makeRoom(of: entityID, on: connection)
                change = known == nil ? .registered : .moved
            }
            let isNew = change == .registered || change == .moved
            try connection.run(
                """
                INSERT INTO devices (entity_id, token, platform, name, registered_at, last_seen_at)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (token) DO UPDATE SET entity_id = excluded.entity_id, platform = excluded.platform,
                    name = excluded.name, registered_at = excluded.registered_at, last_seen_at = excluded.last_seen_at
                """,
                [
                    .int(entityID), .text(device.token), .text(device.platform.rawValue), .text(device.name),
                    .time(isNew ? at : known?.device.registeredAt ?? at), .time(at),
                ])
            let saved = try connection.first(
                "SELECT \(Self.deviceColumns) FROM devices WHERE token = $1", [.text(device.token)], Self.device)
            guard let saved else { throw StoreConflict.notFound }
            return DeviceRegistered(device: saved, change: change)
        }
    }

    private static func makeRoom(of entityID: Int64, on connection: any SQLConnection) throws {
        let count = try connection.first(
            "SELECT COUNT(*) FROM devices WHERE entity_id = $1", [.int(entityID)], { $0.count() })
        guard count ?? 0 < DeviceToken.mostOfARecord else { throw StoreConflict.state("full") }
    }

    public func devices(of entityID: Int64) throws -> [Device] {
        try engine.read { connection in
            try connection.rows(
                "SELECT \(Self.deviceColumns) FROM devices WHERE entity_id = $1 \(Self.latestFirst)", [.int(entityID)],
                Self.device)
        }
    }

    public func removeDevice(token: String, of entityID: Int64) throws -> Bool {
        try engine.write(.accept) { connection in
            try connection.run(
                "DELETE FROM devices WHERE token = $1 AND entity_id = $2", [.text(token), .int(entityID)]) > 0
        }
    }

    public func latestDevice(of entityID: Int64) throws -> Device? {
        try engine.read { connection in
            guard let entity = try Self.entity(entityID, on: connection) else { return nil }
            let owner =
                entity.kind == .transaction
                ? try Self.party(of: entity, on: connection, known: { try Self.entity($0, on: connection) })?.id
                : entity.id
            return try owner.flatMap { try Self.latestDevice(of: $0, on: connection) }
        }
    }

    private static func latestDevice(of entityID: Int64, on connection: any SQLConnection) throws -> Device? {
        try connection.first(
            "SELECT \(deviceColumns) FROM devices WHERE entity_id = $1 \(latestFirst) LIMIT 1", [.int(entityID)],
            device)
    }

    /// A transaction's member, else its account: who is written to about it.
    private static func party(
        of transaction: Entity, on connection: any SQLConnection, known: (Int64) throws -> Entity?
    ) throws -> EntityReference? {
        if let member = try transaction.memberID.flatMap(known) { return member.reference }
        return try transaction.accountID.flatMap(known)?.reference
    }

    // MARK: Receivers

    /// Receivers of a broadcast with the devices and readers they have now, where it sends by push or in-app at all.
    static func reachable(
        _ receivers: [Receiver], of broadcastID: Int64, on connection: any SQLConnection
    ) throws -> [Receiver] {
        guard receivers.contains(where: { $0.entity != nil }),
            let routes = try DeliveryRoutes(of: broadcastID, on: connection)
        else { return receivers }
        return try receivers.map { receiver in
            var receiver = receiver
            try reach(&receiver, routes, on: connection) { try entity($0, on: connection) }
            return receiver
        }
    }

    /// Which look-ups a broadcast needs for its receivers.
    struct DeliveryRoutes {
        let push: Bool

        /// `nil`: none.
        init?(of broadcastID: Int64, on connection: any SQLConnection) throws {
            let words = try connection.first(
                "SELECT delivery_channels FROM broadcasts WHERE id = $1", [.int(broadcastID)], { $0.text() })
            let channels = Set(Store.channels(words ?? ""))
            guard channels.contains(.push) || channels.contains(.inApp) else { return nil }
            push = channels.contains(.push)
        }
    }

    static func reach(
        _ receiver: inout Receiver, _ routes: DeliveryRoutes, on connection: any SQLConnection,
        known: (Int64) throws -> Entity?
    ) throws {
        guard let reference = receiver.entity else { return }
        if reference.kind == .transaction, let transaction = try known(reference.id) {
            receiver.party = try party(of: transaction, on: connection, known: known)
        }
        guard routes.push, receiver.device.isEmpty, let reader = receiver.reader else { return }
        receiver.device = try latestDevice(of: reader.id, on: connection)?.token ?? ""
    }
}
