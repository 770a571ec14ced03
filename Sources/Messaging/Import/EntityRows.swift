/// Imports rows as directory records.
public struct EntityRows: RowTaker {
    private enum Target {
        case field(EntityField)
        case attribute(String)
        case ignored
    }

    private let kind: EntityKind
    private let targets: [Target]
    private let reader: EntityReader
    private let store: any DirectoryStore

    /// `mapping` applies to tables; NDJSON lines name their own members.
    public init(
        _ kind: EntityKind, mapping: ColumnMapping = ColumnMapping([]), phones: PhoneReader,
        into store: any DirectoryStore
    ) {
        self.kind = kind
        self.store = store
        reader = EntityReader(kind: kind, phones: phones)
        targets = mapping.targets.map { target in
            switch target {
            case .field(let name): EntityField(columnName: name, for: kind).map(Target.field) ?? .ignored
            case .attribute(let name): .attribute(name)
            case .ignored: .ignored
            }
        }
    }

    public func read(_ cells: [String]) -> Result<EntityChange, RowProblems> {
        var change = EntityChange()
        var problems: [RowProblem] = []
        for (target, cell) in zip(targets, cells) {
            switch target {
            case .ignored: continue
            case .field(let field): reader.set(field, CSVWriter.original(cell), in: &change, &problems)
            case .attribute(let name):
                let value = MergeValue.string(CSVWriter.original(cell))
                if let problem = EntityReader.problem(withAttribute: value) {
                    problems.append(RowProblem(name, problem))
                }
                // An empty cell means unknown, not an empty text.
                change.attributes[name] = cell.isEmpty ? .null : value
            }
        }
        reader.finish(change, &problems)
        return problems.isEmpty ? .success(change) : .failure(RowProblems(problems))
    }

    public func read(_ members: [String: MergeValue]) -> Result<EntityChange, RowProblems> {
        let (change, problems) = reader.read(members, isWhole: false)
        return problems.isEmpty ? .success(change) : .failure(RowProblems(problems))
    }

    public func prepare(_ rows: [EntityChange]) -> [PreparedChange] { rows.map { PreparedChange($0, of: kind) } }

    /// A single row is an interactive save and gets priority; many are an import, which yields.
    public func take(_ rows: [PreparedChange], at: Timestamp) throws -> [RowOutcome] {
        try store.apply(rows, of: kind, isImport: rows.count > 1, at: at)
    }
}
