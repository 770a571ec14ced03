/// How far ids were given that are known before their rows are written, see `IDSequence`.
enum SchemaIDSequences {
    static let step = Migrations.Step(
        name: "id sequences",
        statements: [
            "CREATE TABLE id_sequences (name TEXT NOT NULL PRIMARY KEY, last_id BIGINT NOT NULL) {keyed}",
            "INSERT INTO id_sequences (name, last_id) SELECT 'messages', COALESCE(MAX(id), 0) FROM messages",
            "INSERT INTO id_sequences (name, last_id) SELECT 'addresses', COALESCE(MAX(id), 0) FROM addresses",
        ])
}
