extension ImportFile {
    /// Imports the file at a path. Stops early if `report` returns false.
    public func take(
        at path: String, directory: any DirectoryStore, channels: any ChannelStore,
        suppressions: any SuppressionStore, by user: Int64?, phones: PhoneReader, rejects: any RejectedRowSink,
        clock: WallClock = .system, report: (ImportProgress) -> Bool
    ) throws -> ImportProgress {
        switch subject {
        case .entities(let kind):
            var work = try FileImport(
                self, at: path, by: EntityRows(kind, mapping: mapping, phones: phones, into: directory),
                rejects: rejects, clock: clock)
            return try work.run(report: report)
        case .subscribers(let channelID):
            var work = try FileImport(
                self, at: path, by: SubscriberRows(of: channelID, mapping: mapping, phones: phones, into: channels),
                rejects: rejects, clock: clock)
            return try work.run(report: report)
        case .suppressions:
            var work = try FileImport(
                self, at: path, by: SuppressionRows(mapping: mapping, by: user, phones: phones, into: suppressions),
                rejects: rejects, clock: clock)
            return try work.run(report: report)
        }
    }
}
