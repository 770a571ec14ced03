/// Target of a file's column.
public enum ColumnTarget: Sendable, Hashable {
    /// Standard column, by its name in files.
    case field(String)
    case attribute(String)
    case ignored

    /// Form value: `field:email`, `attribute:tier`, empty for an ignored column.
    public var code: String {
        switch self {
        case .field(let name): "field:\(name)"
        case .attribute(let name): "attribute:\(name)"
        case .ignored: ""
        }
    }

    public init?(code: String, of subject: ImportSubject) {
        if code.isEmpty {
            self = .ignored
        } else if code.hasPrefix("field:") {
            let name = String(code.dropFirst(6))
            guard subject.columns.contains(where: { $0.name == name }) else { return nil }
            self = .field(name)
        } else if code.hasPrefix("attribute:"), subject.takesAttributes,
            EntityReader.problem(withName: String(code.dropFirst(10))) == nil
        {
            self = .attribute(String(code.dropFirst(10)))
        } else {
            return nil
        }
    }
}

/// Targets of all columns of a file.
public struct ColumnMapping: Sendable, Hashable {
    public var targets: [ColumnTarget]

    public init(_ targets: [ColumnTarget]) { self.targets = targets }

    /// Guesses the mapping from the header: common names map to standard columns, all others to attributes.
    public init(guessing header: [String], of subject: ImportSubject) {
        var taken: Set<ColumnTarget> = []
        targets = header.enumerated().map { index, title in
            // A corrected file of rejected rows still has the reason column.
            if index == header.count - 1, title == RejectedRows.reason { return .ignored }
            let target = Self.guess(title, subject)
            guard target != .ignored else { return .ignored }
            return taken.insert(target).inserted ? target : .ignored
        }
    }

    /// Reason why the mapping is invalid.
    public func problem(of subject: ImportSubject) -> String? {
        var seen: Set<ColumnTarget> = []
        var columns: Set<String> = []
        for target in targets where target != .ignored {
            guard seen.insert(target).inserted else {
                switch target {
                case .field(let name): return "Two columns are mapped to \(name). Leave one out."
                case .attribute(let name): return "Two columns are mapped to the attribute \(name). Leave one out."
                case .ignored: continue
                }
            }
            if case .field(let name) = target { columns.insert(name) }
        }
        return subject.problem(with: columns)
    }

    private static func guess(_ title: String, _ subject: ImportSubject) -> ColumnTarget {
        let key = slug(title)
        guard !key.isEmpty else { return .ignored }
        if let column = subject.column(titled: key) { return .field(column) }
        return subject.takesAttributes ? .attribute(key) : .ignored
    }

    /// Converts `Date of birth` to `date_of_birth`.
    public static func slug(_ title: String) -> String {
        var out = ""
        for character in title.lowercased().prefix(100) {
            if character.isLetter || character.isNumber {
                out.append(character)
            } else if !out.isEmpty, out.last != "_" {
                out.append("_")
            }
        }
        while out.last == "_" { out.removeLast() }
        return out
    }
}
