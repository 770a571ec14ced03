import Messaging

/// The receiver's data when they were added, and how their record differs today.
struct ReceiverSnapshotPart: Sendable {
    struct Change: Sendable {
        let label: String
        let was: String
        let now: String
    }
    let name: String?
    let email: String?
    let mobile: String?
    let origin: String
    let hasChanges: Bool
    let changes: [Change]
}

extension ReceiverSnapshotPart {
    init?(_ details: MessageDetails, _ context: RequestContext) throws {
        guard let receiver = details.receiver else { return nil }
        let known = { (text: String) in text.isEmpty ? nil : text }
        (name, email, mobile) = (known(receiver.name), known(receiver.email), known(receiver.mobile))
        origin = receiver.origin.title
        changes = try Self.changes(since: receiver, context)
        hasChanges = !changes.isEmpty
    }

    /// Current data of the record, if the visitor may read it.
    private static func changes(since receiver: Receiver, _ context: RequestContext) throws -> [Change] {
        guard context.opensRecords, let id = receiver.entity?.id, let entity = try context.services.directory.entity(id)
        else { return [] }
        let now = try context.services.directory.receiver(of: entity, origin: receiver.origin).receiver
        let pairs = [
            ("First name", receiver.firstName, now.firstName), ("Last name", receiver.lastName, now.lastName),
            ("Email", receiver.email, now.email), ("Mobile", receiver.mobile, now.mobile),
        ]
        return pairs.filter { $0.1 != $0.2 }.map { label, was, now in
            Change(label: label, was: was.isEmpty ? "nothing" : was, now: now.isEmpty ? "nothing" : now)
        }
    }
}

/// Merge values of a message as a flat list: `member.first_name`, `Ada`.
enum MergeFacts {
    /// Maximum values shown; a message may have 256 KB of them.
    private static let most = 200
    /// Maximum length of a value, in characters.
    private static let longest = 500

    static func all(_ values: MergeValues) -> [Fact] {
        var facts: [Fact] = []
        for (name, value) in values.members.sorted(by: { $0.key < $1.key }) { add(name, value, to: &facts) }
        return facts
    }

    private static func add(_ path: String, _ value: MergeValue, to facts: inout [Fact]) {
        guard facts.count < most else { return }
        if case .object(let members) = value, !members.isEmpty {
            for (name, value) in members.sorted(by: { $0.key < $1.key }) { add("\(path).\(name)", value, to: &facts) }
            return
        }
        let text = DirectoryRecordPages.shown(value)
        facts.append(Fact(label: path, value: text.count > longest ? "\(text.prefix(longest))…" : text))
    }
}
