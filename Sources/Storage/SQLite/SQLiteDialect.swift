extension Dialect {
    public static let sqlite = Dialect(
        schemaWords: [
            "identity": "INTEGER PRIMARY KEY",
            // Numbers people have seen are never given again, not even after a delete.
            "identity_kept": "INTEGER PRIMARY KEY AUTOINCREMENT",
            "bytes": "BLOB",
            "keyed": "WITHOUT ROWID",
        ],
        migrations: SQLiteMigrations.all,
        skipLocked: "",
        search: SQLiteTextSearch(),
        // SQLite documentation, "Query planner", §7.3: it never reorders the tables of a CROSS JOIN.
        orderedJoin: "CROSS JOIN",
        integrityQuery: "PRAGMA quick_check")
}
