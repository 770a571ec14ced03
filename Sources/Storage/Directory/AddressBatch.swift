import Messaging

/// Addresses that one commit names, with their rows: looked up together, and those that are new written together.
struct AddressBatch {
    /// An address as somebody names it. An empty name, or no record, says nothing about the owner.
    struct Mention {
        var address: Address
        var name = ""
        var entityID: Int64?
    }

    struct Row {
        var id: Int64
        var search: String
        var entityID: Int64?
    }

    /// Every address of the batch.
    private(set) var ids: [Address: Int64] = [:]
    /// Those that were there before.
    private(set) var known: Set<Int64> = []

    /// The latest mention of an address says whose it is.
    init(_ mentions: [Mention], on connection: any SQLConnection) throws {
        var rows = try Self.rows(of: Set(mentions.map(\.address)), on: connection)
        var new: [Mention] = []
        var places: [Address: Int] = [:]
        for mention in mentions {
            if let row = rows[mention.address] {
                known.insert(row.id)
                ids[mention.address] = row.id
                rows[mention.address] = try Self.note(mention, of: row, on: connection)
            } else if let place = places[mention.address] {
                if !mention.name.isEmpty { new[place].name = mention.name }
                new[place].entityID = mention.entityID ?? new[place].entityID
            } else {
                places[mention.address] = new.count
                new.append(mention)
            }
        }
        guard !new.isEmpty else { return }
        let first = try IDSequence.addresses.take(new.count, on: connection)
        for (place, mention) in new.enumerated() { ids[mention.address] = first + Int64(place) }
        try Self.insert(new, from: first, on: connection)
    }

    /// The row of one address, made where there is none.
    static func id(of mention: Mention, on connection: any SQLConnection) throws -> Int64 {
        guard let id = try AddressBatch([mention], on: connection).ids[mention.address] else {
            throw StoreConflict.notFound
        }
        return id
    }

    /// Those that are there.
    static func rows(of addresses: Set<Address>, on connection: any SQLConnection) throws -> [Address: Row] {
        var found: [Address: Row] = [:]
        for (kind, addresses) in Dictionary(grouping: addresses, by: \.kind) {
            for batch in Store.padded(addresses.map(\.value).sorted()) {
                let places = (2..<(2 + batch.count)).map { "$\($0)" }.joined(separator: ", ")
                try connection.query(
                    "SELECT value, id, search, entity_id FROM addresses WHERE kind = $1 AND value IN (\(places))",
                    [.text(kind.rawValue)] + batch.map { .text($0) }
                ) { row in
                    var columns = Columns(row)
                    found[Address(kind: kind, value: columns.text())] = Row(
                        id: columns.int(), search: columns.text(), entityID: columns.optionalInt())
                }
            }
        }
        return found
    }

    /// Writes down what a mention says that the row does not. The row as it then stands.
    private static func note(_ mention: Mention, of row: Row, on connection: any SQLConnection) throws -> Row {
        var noted = row
        if !mention.name.isEmpty { noted.search = searchText(of: mention) }
        noted.entityID = mention.entityID ?? row.entityID
        guard noted.search != row.search || noted.entityID != row.entityID else { return row }
        try connection.run(
            "UPDATE addresses SET name = COALESCE($1, name), search = $2, entity_id = $3 WHERE id = $4",
            [
                mention.name.isEmpty ? .null : .text(mention.name), .text(noted.search), .int(noted.entityID),
                .int(row.id),
            ])
        return noted
    }

    private static let statement = ManyRowInsert(
        "INSERT INTO addresses (id, kind, value, name, entity_id, search)", row: "?, ?, ?, ?, ?, ?")

    private static func insert(_ new: [Mention], from first: Int64, on connection: any SQLConnection) throws {
        try statement.run(Array(new.indices), on: connection) { place, values in
            let mention = new[place]
            values.append(.int(first + Int64(place)))
            values.append(.text(mention.address.kind.rawValue))
            values.append(.text(mention.address.value))
            values.append(.text(mention.name))
            values.append(.int(mention.entityID))
            values.append(.text(searchText(of: mention)))
        }
    }

    private static func searchText(of mention: Mention) -> String {
        "\(mention.address.value) \(mention.name)".lowercased()
    }
}
