/// Standard column of a file of suppressions.
public enum SuppressionField: String, CaseIterable, Hashable, Sendable {
    /// Email address or number.
    case address
    case email, mobile, scope, reason

    var title: String {
        switch self {
        case .address: "Address (email or mobile)"
        case .email: "Email"
        case .mobile: "Mobile"
        case .scope: "Scope"
        case .reason: "Reason"
        }
    }

    init?(titled slug: String) {
        if let field = SuppressionField(rawValue: slug) {
            self = field
            return
        }
        switch EntityField.synonyms[slug] {
        case .email: self = .email
        case .mobile: self = .mobile
        default: return nil
        }
    }
}

/// Imports rows as suppressed addresses.
public struct SuppressionRows: RowTaker {
    private static let ordinaryReason = "Imported from a file."

    private let fields: [SuppressionField?]
    private let user: Int64?
    private let phones: PhoneReader
    private let store: any SuppressionStore

    public init(
        mapping: ColumnMapping = ColumnMapping([]), by user: Int64?, phones: PhoneReader,
        into store: any SuppressionStore
    ) {
        self.user = user
        self.phones = phones
        self.store = store
        fields = mapping.targets.map { target in
            if case .field(let name) = target { SuppressionField(rawValue: name) } else { nil }
        }
    }

    public func read(_ cells: [String]) -> Result<[NewSuppression], RowProblems> {
        var texts: [SuppressionField: String] = [:]
        for (field, cell) in zip(fields, cells) {
            if let field, !cell.isEmpty { texts[field] = EntityReader.trimmed(CSVWriter.original(cell)) }
        }
        return read(texts)
    }

    public func read(_ members: [String: MergeValue]) -> Result<[NewSuppression], RowProblems> {
        var texts: [SuppressionField: String] = [:]
        var problems: [RowProblem] = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            switch (SuppressionField(rawValue: name), value) {
            case (nil, _): problems.append(RowProblem(String(name.prefix(60)), "Unknown field."))
            case (_, .null): continue
            case (let field?, .string(let text)): texts[field] = EntityReader.trimmed(text)
            default: problems.append(RowProblem(name, "This must be a string."))
            }
        }
        return problems.isEmpty ? read(texts) : .failure(RowProblems(problems))
    }

    private func read(_ texts: [SuppressionField: String]) -> Result<[NewSuppression], RowProblems> {
        var problems: [RowProblem] = []
        var addresses: [Address] = []
        for field in [SuppressionField.address, .email, .mobile] {
            guard let text = texts[field], !text.isEmpty else { continue }
            do throws(AddressProblem) {
                addresses.append(
                    try field == .email || (field == .address && text.contains("@"))
                        ? Address(text, for: .email) : Address(kind: .mobile, value: phones.e164(text)))
            } catch { problems.append(RowProblem(field.rawValue, error.message)) }
        }
        if addresses.isEmpty, problems.isEmpty {
            problems.append(RowProblem("address", "Enter an email address or a mobile number."))
        }
        let scope = scope(texts[.scope] ?? "", &problems)
        let reason = texts[.reason] ?? ""
        if EntityReader.hasControl(reason) {
            problems.append(RowProblem("reason", "One line of text, without control characters."))
        } else if reason.count > NewSuppression.longestReason {
            problems.append(RowProblem("reason", "At most \(NewSuppression.longestReason) characters."))
        }
        guard problems.isEmpty else { return .failure(RowProblems(problems)) }
        return .success(
            addresses.map {
                NewSuppression(
                    address: $0, scope: scope, reason: reason.isEmpty ? Self.ordinaryReason : reason, source: .import,
                    createdBy: user)
            })
    }

    /// Defaults to everything: the safe reading of a list of addresses that must not be contacted.
    private func scope(_ text: String, _ problems: inout [RowProblem]) -> SuppressionScope {
        switch text.lowercased() {
        case "", "everything": return .everything
        case "broadcasts": return .broadcasts
        case let text where text.hasPrefix("channel:"):
            if let id = Int64(text.dropFirst(8)), id > 0 { return .channel(id) }
            fallthrough
        default:
            problems.append(
                RowProblem("scope", "This must be everything, broadcasts, or channel:12 with the channel's number."))
            return .everything
        }
    }

    public func take(_ rows: [[NewSuppression]], at: Timestamp) throws -> [RowOutcome] {
        try store.takeSuppressions(rows, at: at)
    }
}
