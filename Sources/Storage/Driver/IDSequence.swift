import Messaging

/// Ids given before their rows are written, so that the rows of one commit can name each other. None is given twice, not
/// even when its row was deleted: people may have written it down, and audits name it.
///
/// Whoever inserts into one of these tables takes the id here. Ids are counted up in their table's row, so they stand in
/// the same commit as what they are for; those of a chunk that uses fewer are skipped, so no count is a difference of ids.
enum IDSequence: String {
    case messages, addresses

    /// The first of so many ids in a row.
    func take(_ count: Int = 1, on connection: any SQLConnection) throws -> Int64 {
        let last = try connection.first(
            "UPDATE id_sequences SET last_id = last_id + $1 WHERE name = $2 RETURNING last_id",
            [.int(count), .text(rawValue)], { $0.int() })
        guard let last else { throw StoreConflict.notFound }
        return last - Int64(count) + 1
    }
}
