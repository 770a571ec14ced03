/// What SQLite adds to the migrations that say so, by their names: the text indexes, and JSON taken apart.
enum SQLiteMigrations {
    static let all: [String: [String]] = [
        SchemaFoundation.step.name: trigrams,
        SchemaDirectory.step.name: attributeValues,
        SchemaSearch.step.name: marks + tables.flatMap(triggers),
        SchemaSearch.pages.name: tables.map { "INSERT INTO \($0)_search (\($0)_search, rank) VALUES ('pgsz', 2000)" },
        SchemaSearch.merging.name: tables.flatMap(ownMerging),
        SchemaSearch.rowsOnly.name: tables.flatMap(rowsOnly),
    ]

    private static let tables = SQLiteTextIndex.tables

    /// Trigram indexes, kept by triggers: `LIKE '%…%'` over a million rows is not a look-up.
    private static let trigrams = tables.flatMap { table in
        [
            """
            CREATE VIRTUAL TABLE \(table)_search USING fts5(
                search, content='\(table)', content_rowid='id', tokenize='trigram')
            """,
            """
            CREATE TRIGGER \(table)_search_insert AFTER INSERT ON \(table) BEGIN
                INSERT INTO \(table)_search (rowid, search) VALUES (new.id, new.search);
            END
            """,
            """
            CREATE TRIGGER \(table)_search_delete AFTER DELETE ON \(table) BEGIN
                INSERT INTO \(table)_search (\(table)_search, rowid, search) VALUES ('delete', old.id, old.search);
            END
            """,
            """
            CREATE TRIGGER \(table)_search_update AFTER UPDATE OF search ON \(table)
                WHEN old.search <> new.search BEGIN
                INSERT INTO \(table)_search (\(table)_search, rowid, search) VALUES ('delete', old.id, old.search);
                INSERT INTO \(table)_search (rowid, search) VALUES (new.id, new.search);
            END
            """,
        ]
    }

    private static let attributeValues = [
        """
        UPDATE entities SET search = search || ' ' || (
            SELECT group_concat(CASE type WHEN 'text' THEN lower(value) ELSE attributes -> fullkey END, ' ')
            FROM json_each(entities.attributes) WHERE type NOT IN ('null', 'array', 'object'))
        WHERE attributes <> '{}' AND EXISTS (
            SELECT 1 FROM json_each(entities.attributes) WHERE type NOT IN ('null', 'array', 'object'))
        """
    ]

    // MARK: Text indexes

    private static let marks = [
        // Up to which id rows are in their index.
        """
        CREATE TABLE search_marks (indexed TEXT NOT NULL PRIMARY KEY, last_id BIGINT NOT NULL) {keyed}
        """
    ]

    private static func triggers(_ table: String) -> [String] {
        [
            "INSERT INTO search_marks (indexed, last_id) SELECT '\(table)', COALESCE(MAX(id), 0) FROM \(table)",
            "DROP TRIGGER \(table)_search_insert",
            "DROP TRIGGER \(table)_search_update",
            "DROP TRIGGER \(table)_search_delete",
            """
            CREATE TRIGGER \(table)_search_update AFTER UPDATE OF search ON \(table)
                WHEN old.search <> new.search
                    AND old.id <= (SELECT last_id FROM search_marks WHERE indexed = '\(table)') BEGIN
                INSERT INTO \(table)_search (\(table)_search, rowid, search) VALUES ('delete', old.id, old.search);
                INSERT INTO \(table)_search (rowid, search) VALUES (new.id, new.search);
            END
            """,
            """
            CREATE TRIGGER \(table)_search_delete AFTER DELETE ON \(table)
                WHEN old.id <= (SELECT last_id FROM search_marks WHERE indexed = '\(table)') BEGIN
                INSERT INTO \(table)_search (\(table)_search, rowid, search) VALUES ('delete', old.id, old.search);
                UPDATE search_marks SET last_id = MIN(last_id, (SELECT COALESCE(MAX(id), 0) FROM \(table)))
                    WHERE indexed = '\(table)';
            END
            """,
        ]
    }

    private static func ownMerging(_ table: String) -> [String] {
        [("automerge", 0), ("usermerge", 4)].map { setting, value in
            "INSERT INTO \(table)_search (\(table)_search, rank) VALUES ('\(setting)', \(value))"
        }
    }

    private static func rowsOnly(_ table: String) -> [String] {
        let index = "\(table)_search"
        return [
            "DROP TABLE \(index)",
            """
            CREATE VIRTUAL TABLE \(index) USING fts5(
                search, content='\(table)', content_rowid='id', tokenize='trigram', detail='none')
            """,
            "INSERT INTO \(index) (\(index), rank) VALUES ('pgsz', 2000)",
            "INSERT INTO \(index) (\(index)) VALUES ('rebuild')",
            "UPDATE search_marks SET last_id = (SELECT COALESCE(MAX(id), 0) FROM \(table)) WHERE indexed = '\(table)'",
            "INSERT INTO \(index) (\(index), rank) VALUES ('automerge', 0)",
            "INSERT INTO \(index) (\(index), rank) VALUES ('usermerge', \(SQLiteTextIndex.segmentsMerged))",
        ]
    }
}
