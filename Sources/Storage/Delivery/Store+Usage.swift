import Messaging

extension Store {
    /// How long a slot is kept: the longest window, and a day for a clock that is set.
    private static let usageKept: Int64 = 2 * 86_400

    static func addUsage(
        _ count: Int, of provider: Int64, on connection: any SQLConnection, at: Timestamp
    ) throws {
        for length in RateMeter.slotLengths {
            let slot = at.milliseconds / 1000 / length
            try connection.run(
                """
                INSERT INTO provider_usage (provider_id, slot_seconds, slot, used) VALUES ($1, $2, $3, $4)
                ON CONFLICT (provider_id, slot_seconds, slot) DO UPDATE
                    SET used = provider_usage.used + excluded.used
                """, [.int(provider), .int(length), .int(slot), .int(count)])
            // Short slots are many, and only the last minute of them counts.
            let kept = length < 60 ? 600 : usageKept
            try connection.run(
                "DELETE FROM provider_usage WHERE provider_id = $1 AND slot_seconds = $2 AND slot < $3",
                [.int(provider), .int(length), .int(slot - kept / length)])
        }
    }

    public func usage(of providerID: Int64, at: Timestamp) throws -> [UsageSlot] {
        try engine.read { connection in
            try connection.rows(
                "SELECT slot_seconds, slot, used FROM provider_usage WHERE provider_id = $1", [.int(providerID)]
            ) { UsageSlot(seconds: $0.int(), number: $0.int(), used: $0.count()) }
        }
    }
}
