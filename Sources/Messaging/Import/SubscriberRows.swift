/// A subscriber in a file or an API call: either contact data, or a record by kind and external id.
public struct SubscriberRow: Sendable, Hashable {
    public struct Link: Sendable, Hashable {
        public var kind: EntityKind
        public var externalID: String

        public init(kind: EntityKind, externalID: String) {
            self.kind = kind
            self.externalID = externalID
        }
    }

    public var firstName = ""
    public var lastName = ""
    public var email = ""
    /// E.164.
    public var mobile = ""
    public var link: Link?

    public init() {}

    /// Subscriber without a linked record.
    public var subscriber: Subscriber {
        Subscriber(firstName: firstName, lastName: lastName, email: email, mobile: mobile)
    }
}

/// Imports rows as subscribers of one channel.
public struct SubscriberRows: RowTaker {
    private let channelID: Int64
    private let fields: [SubscriberField?]
    private let reader: SubscriberReader
    private let store: any ChannelStore

    public init(
        of channelID: Int64, mapping: ColumnMapping = ColumnMapping([]), phones: PhoneReader,
        into store: any ChannelStore
    ) {
        self.channelID = channelID
        self.store = store
        reader = SubscriberReader(phones: phones)
        fields = mapping.targets.map { target in
            if case .field(let name) = target { SubscriberField(rawValue: name) } else { nil }
        }
    }

    public func read(_ cells: [String]) -> Result<SubscriberRow, RowProblems> {
        var texts: [SubscriberField: String] = [:]
        for (field, cell) in zip(fields, cells) {
            if let field, !cell.isEmpty { texts[field] = EntityReader.trimmed(CSVWriter.original(cell)) }
        }
        return reader.read(texts)
    }

    public func read(_ members: [String: MergeValue]) -> Result<SubscriberRow, RowProblems> { reader.read(members) }

    public func take(_ rows: [SubscriberRow], at: Timestamp) throws -> [RowOutcome] {
        try store.takeSubscribers(rows, into: channelID, at: at)
    }
}

/// Validates and normalises the fields of a subscriber.
public struct SubscriberReader: Sendable {
    /// Maximum length of a first or last name, in characters.
    public static let longestName = 100

    private let phones: PhoneReader

    public init(phones: PhoneReader) { self.phones = phones }

    public func read(_ texts: [SubscriberField: String]) -> Result<SubscriberRow, RowProblems> {
        var row = SubscriberRow()
        var problems: [RowProblem] = []
        func text(_ field: SubscriberField) -> String { texts[field] ?? "" }
        if !text(.externalID).isEmpty || !text(.kind).isEmpty {
            row.link = link(text(.kind), text(.externalID), &problems)
            for field in [SubscriberField.firstName, .lastName, .email, .mobile] where !text(field).isEmpty {
                problems.append(RowProblem(field.rawValue, "Leave this empty: the record has its own value."))
            }
            return problems.isEmpty ? .success(row) : .failure(RowProblems(problems))
        }
        row.firstName = name(.firstName, text(.firstName), &problems)
        row.lastName = name(.lastName, text(.lastName), &problems)
        if text(.email).isEmpty, text(.mobile).isEmpty {
            problems.append(RowProblem("email", "Enter an email address or a mobile number."))
        }
        do throws(AddressProblem) {
            if !text(.email).isEmpty { row.email = try EmailAddress(text(.email)).text }
        } catch { problems.append(RowProblem("email", error.message)) }
        do throws(AddressProblem) {
            if !text(.mobile).isEmpty { row.mobile = try phones.e164(text(.mobile)) }
        } catch { problems.append(RowProblem("mobile", error.message)) }
        return problems.isEmpty ? .success(row) : .failure(RowProblems(problems))
    }

    private func link(
        _ kind: String, _ externalID: String, _ problems: inout [RowProblem]
    ) -> SubscriberRow.Link? {
        let kind = kind.lowercased()
        guard let known = EntityKind(rawValue: kind) ?? EntityKind(plural: kind) else {
            let kinds = EntityKind.allCases.map(\.rawValue).joined(separator: ", ")
            problems.append(RowProblem("entity_kind", "Enter the kind of record: \(kinds)."))
            return nil
        }
        guard !externalID.isEmpty else {
            problems.append(RowProblem("external_id", "Enter the id of the \(known.rawValue)."))
            return nil
        }
        return SubscriberRow.Link(kind: known, externalID: externalID)
    }

    private func name(_ field: SubscriberField, _ text: String, _ problems: inout [RowProblem]) -> String {
        if EntityReader.hasControl(text) {
            problems.append(RowProblem(field.rawValue, "One line of text, without control characters."))
        } else if text.count > Self.longestName {
            problems.append(RowProblem(field.rawValue, "At most \(Self.longestName) characters."))
        }
        return text
    }

    /// Parses the members of a JSON object; a record is `{"entity": {"kind": …, "external_id": …}}`.
    public func read(_ members: [String: MergeValue]) -> Result<SubscriberRow, RowProblems> {
        var texts: [SubscriberField: String] = [:]
        var problems: [RowProblem] = []
        func take(_ name: String, _ value: MergeValue, as field: SubscriberField) {
            switch value {
            case .null: break
            case .string(let text): texts[field] = EntityReader.trimmed(text)
            case .number(let literal) where field == .externalID: texts[field] = literal
            default: problems.append(RowProblem(name, "This must be a string."))
            }
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            switch (name, value) {
            case ("entity", .null): break
            case ("entity", .object(let entity)):
                for (name, value) in entity {
                    switch name {
                    case "kind": take("entity.kind", value, as: .kind)
                    case "external_id": take("entity.external_id", value, as: .externalID)
                    default: problems.append(RowProblem("entity.\(name.prefix(60))", "Unknown field."))
                    }
                }
                if texts[.kind] == nil { texts[.kind] = "" }
                if texts[.externalID] == nil, problems.isEmpty {
                    problems.append(RowProblem("entity.external_id", "Enter the id of the record."))
                }
            case ("entity", _): problems.append(RowProblem("entity", "This must be an object."))
            default:
                if let field = SubscriberField(rawValue: name), field != .kind, field != .externalID {
                    take(name, value, as: field)
                } else {
                    problems.append(RowProblem(String(name.prefix(60)), "Unknown field."))
                }
            }
        }
        guard problems.isEmpty else { return .failure(RowProblems(problems)) }
        return read(texts)
    }
}
