import Messaging

extension Store {
    public func modules() throws -> Modules {
        try engine.read { connection in
            let rows = try connection.rows("SELECT name, is_on, changed_by, changed_at FROM modules") { columns in
                (
                    columns.text(),
                    Modules.Switch(
                        isOn: columns.flag(), changedBy: columns.text(), changedAt: columns.time())
                )
            }
            // A name this program does not know belongs to a later version that wrote to the same store.
            let known = rows.compactMap { name, state in Module(rawValue: name).map { ($0, state) } }
            return Modules(Dictionary(uniqueKeysWithValues: known))
        }
    }

    public func setModule(_ module: Module, isOn: Bool, by actor: String, at: Timestamp) throws {
        try engine.write(.accept) { connection in
            try connection.run(
                """
                INSERT INTO modules (name, is_on, changed_by, changed_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (name) DO UPDATE SET
                    is_on = excluded.is_on, changed_by = excluded.changed_by, changed_at = excluded.changed_at
                """, [.text(module.rawValue), .flag(isOn), .text(actor), .time(at)])
        }
    }
}
