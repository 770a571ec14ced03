import Crypto
import Foundation
import Logging
import Messaging

/// Everything Switchboard remembers: one set of SQL over an engine. Each of `Messaging`'s store protocols is answered
/// in an extension of its own.
public final class Store: Sendable {
    let engine: any SQLEngine
    let secrets: SecretBox
    let catalog: ProviderCatalog
    /// Unique to this data folder; part of every `Message-ID`, so that two installations never make the same one.
    public let installationID: String
    let chosenProviders = ChosenProviders()
    /// Signs the addresses at which people leave.
    let tokenKey: SymmetricKey

    init(engine: any SQLEngine, secrets: SecretBox, catalog: ProviderCatalog) throws {
        self.engine = engine
        self.secrets = secrets
        self.catalog = catalog
        try engine.migrate()
        (installationID, tokenKey) = try engine.write(.accept) { connection in
            (try Self.installationID(on: connection), try Self.tokenKey(secrets, on: connection))
        }
        try engine.write(.accept) { try Self.seedRoles(on: $0) }
    }

    /// What commits cost.
    public var meter: StoreMeter { engine.meter }

    public func close() throws { try engine.close() }

    /// True when a write reaches the disk.
    public func isWritable() -> Bool {
        (try? engine.write(.accept) { connection in
            try connection.run(
                """
                INSERT INTO settings (name, value) VALUES ('written_at', $1)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """, [.text(String(Timestamp.now().milliseconds))])
        }) != nil
    }

    private static func installationID(on connection: any SQLConnection) throws -> String {
        let query = "SELECT value FROM settings WHERE name = 'installation'"
        if let known = try connection.first(query, [], { $0.text() }) { return known }
        let made = String(UInt64.random(in: .min ... .max), radix: 36)
        try connection.run("INSERT INTO settings (name, value) VALUES ('installation', $1)", [.text(made)])
        return made
    }

    /// Kept in the store: whoever restores it beside another `secret.key` still owes their readers the way to leave that
    /// stands in mails of years. It tells nothing of that key, and opens nothing else.
    private static func tokenKey(_ secrets: SecretBox, on connection: any SQLConnection) throws -> SymmetricKey {
        let query = "SELECT value FROM settings WHERE name = 'token_key'"
        if let known = try connection.first(query, [], { $0.text() }), let bytes = Data(base64Encoded: known) {
            return SymmetricKey(data: bytes)
        }
        let made = secrets.key(for: "switchboard message token")
        let text = made.withUnsafeBytes { Data($0).base64EncodedString() }
        try connection.run("INSERT INTO settings (name, value) VALUES ('token_key', $1)", [.text(text)])
        return made
    }

    private static func seedRoles(on connection: any SQLConnection) throws {
        // A built-in role that the company renamed or deleted does not come back.
        let isFresh = try connection.first("SELECT id FROM roles LIMIT 1", [], { $0.int() }) == nil
        for role in Role.builtIn where isFresh || role.name == Role.owner {
            let permissions = role.permissions.map(\.rawValue).sorted().joined(separator: " ")
            // The owner's set follows the program, which may know new permissions; the others are the company's own.
            let update = role.name == Role.owner ? "DO UPDATE SET permissions = excluded.permissions" : "DO NOTHING"
            try connection.run(
                "INSERT INTO roles (name, permissions) VALUES ($1, $2) ON CONFLICT (name) \(update)",
                [.text(role.name), .text(permissions)])
        }
    }
}

extension Page {
    /// Cuts a page out of rows fetched with one more than `limit`, in the order they were fetched: descending keys from
    /// the newest or after a key, ascending before one.
    static func cut(_ rows: [Item], from start: PageStart, limit: Int, key: (Item) -> Int64) -> Page<Item> {
        let hasMore = rows.count > limit
        var items = Array(rows.prefix(limit))
        switch start {
        case .newest:
            return Page(items: items, next: hasMore ? items.last.map(key) : nil)
        case .after(let above):
            return Page(
                items: items, next: hasMore ? items.last.map(key) : nil, previous: items.first.map(key) ?? above)
        case .before(let below):
            items.reverse()
            return Page(
                items: items, next: items.last.map(key) ?? below, previous: hasMore ? items.first.map(key) : nil)
        }
    }
}

extension PageStart {
    /// The condition, order and value of a keyset page over a descending key; `$n` is the key's placeholder.
    func clause(_ column: String, placeholder: Int) -> (condition: String, order: String, value: SQLValue) {
        switch self {
        case .newest: ("\(column) < $\(placeholder)", "\(column) DESC", .int(Int64.max))
        case .after(let key): ("\(column) < $\(placeholder)", "\(column) DESC", .int(key))
        case .before(let key): ("\(column) > $\(placeholder)", "\(column) ASC", .int(key))
        }
    }
}

extension Store: UnitOfWork {
    public func commit<Result>(_ body: () throws -> Result) throws -> Result { try engine.transaction(.accept, body) }

    public func notify(_ signal: WorkSignal) { engine.notify(signal) }

    /// Calls `listener` after each commit that brought work of a kind, on the committing thread: it returns at once.
    public func listen(_ listener: @escaping @Sendable (WorkSignal) -> Void) { engine.listen(listener) }
}

extension Store {
    /// What the engine finds wrong with its own files; empty when all is well.
    public func integrityProblems() throws -> [String] {
        try engine.read { connection in
            try connection.rows(engine.dialect.integrityQuery) { $0.text() }.filter { $0 != "ok" }
        }
    }

    /// Broadcasts whose counters differ from a recount of their rows (invariant 3).
    public func unbalancedBroadcasts() throws -> [Int64] {
        let ids = try engine.read { connection in
            try connection.rows("SELECT DISTINCT broadcast_id FROM broadcast_counts ORDER BY broadcast_id") { $0.int() }
        }
        return try ids.filter { id in
            // Both from one snapshot: delivery goes on beside the check.
            let (kept, counted) = try engine.read { connection in
                (try Self.books(of: id, on: connection), try Self.recount(of: id, on: connection))
            }
            return !kept.balance || kept.planned != counted.planned
                || MessageStatus.outbound.contains { kept[$0] != counted[$0] }
        }
    }
}
