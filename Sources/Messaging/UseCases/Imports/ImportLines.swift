/// Takes lines of NDJSON into the directory or a channel: every good line, whatever the others are. Many commits; the audit
/// says that it began before the first, and what came of it after the last. Throws `ImportInterrupted` where it breaks off.
///
/// Where there is no line nothing is imported, and nothing audited: the progress has no rows.
public struct ImportLines: UseCase {
    public enum Source {
        case bytes([UInt8])
        case file(path: String, TextSource.Form)

        /// Whether there is anything but white space.
        func hasLine() throws -> Bool {
            let source = try open()
            while let piece = try source.next() {
                if piece.contains(where: { !FileImportLimits.isBlank($0) }) { return true }
            }
            return false
        }

        func open() throws -> TextSource {
            switch self {
            case .bytes(let bytes): TextSource(bytes: bytes)
            case .file(let path, let form): try TextSource(path: path, form: form)
            }
        }
    }

    public enum Target: Sendable, Hashable {
        case entities(EntityKind)
        case subscribers(channelID: Int64)
    }

    public var source: Source
    public var target: Target
    public var rejects: any RejectedRowSink
    public var clock: WallClock

    public init(_ source: Source, into target: Target, rejects: any RejectedRowSink, clock: WallClock) {
        self.source = source
        self.target = target
        self.rejects = rejects
        self.clock = clock
    }

    public func perform(_ work: Work) throws -> ImportProgress {
        guard try source.hasLine() else { return ImportProgress() }
        let phones = try work.stores.access.phones(work.stores.phones)
        switch target {
        case .entities(let kind):
            let rows = EntityRows(kind, phones: phones, into: work.stores.directory)
            return try take(rows, work, "import \(kind.plural)", "API") {
                "created \($0.created), updated \($0.updated), rejected \($0.rejected)"
            }
        case .subscribers(let id):
            let rows = SubscriberRows(of: id, phones: phones, into: work.stores.channels)
            return try take(rows, work, "import subscribers", "channel \(id)") {
                "added \($0.created), there already \($0.unchanged), rejected \($0.rejected)"
            }
        }
    }

    private func take<Rows: RowTaker>(
        _ rows: Rows, _ work: Work, _ action: String, _ subject: String, _ words: (ImportProgress) -> String
    ) throws -> ImportProgress {
        var lines = FileImport(lines: try source.open(), by: rows, rejects: rejects, clock: clock)
        return try work.takeRows(action, subject, words: words) { report in
            try lines.run { progress in
                report(progress)
                return true
            }
        }
    }
}
