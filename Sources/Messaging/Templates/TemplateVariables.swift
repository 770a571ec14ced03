/// The variables of a template: what its texts ask for beside what somebody declared.
public struct TemplateVariables: Sendable, Hashable {
    /// In order of first appearance, each once.
    public var found: [String]
    public var declared: [String]

    /// Found and not declared.
    public var undeclared: [String] { found.filter { !declared.contains($0) } }
    /// Declared, and no text asks for it.
    public var unused: [String] { declared.filter { !found.contains($0) } }

    public init(of draft: MessageTemplateDraft) {
        var seen = Set<String>()
        let texts = draft.texts.flatMap { _, text, kind in (try? MergeTemplate(text, as: kind))?.slots ?? [] }
        found = (texts + draft.whatsapp.parameters).filter { seen.insert($0).inserted }
        declared = draft.variables
    }

    /// A dotted path of letters without accents, digits, `-` and `_`, as texts write it; at most 200 bytes.
    public static func isName(_ text: String) -> Bool {
        guard (1...200).contains(text.utf8.count), !text.hasPrefix("."), !text.hasSuffix("."), !text.contains("..")
        else { return false }
        return text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F].contains(byte)
        }
    }

    /// Names as a person lists them: with or without braces, parted by commas, blanks or line ends.
    public static func names(in text: String) -> [String] {
        var seen = Set<String>()
        let parts = text.split { $0 == "," || $0 == ";" || $0.isWhitespace || $0 == "{" || $0 == "}" }
        return parts.map(String.init).filter { seen.insert($0).inserted }
    }
}

/// Values to look at a template with, before anybody's own are at hand.
public enum SampleValues {
    private static let known: [String: String] = [
        "first_name": "Ada", "last_name": "Lovelace", "name": "Ada Lovelace", "email": "ada@example.org",
        "mobile": "+27821234567", "account_name": "Analytical Engines", "balance": "125.00", "amount": "49.90",
        "reference": "INV-1042", "external_id": "m-1", "time_zone": "Africa/Johannesburg", "language": "en",
        UnsubscribeLinks.mergeName: "https://example.org/u/sample",
    ]

    /// One value for every variable these contents ask for. A section counts as shown, once.
    public static func values(for paths: [MergePath]) -> MergeValues {
        var values = MergeValues()
        // The deeper ones last: an object stands where a shorter path would have put a word.
        for path in paths.sorted(by: { ($0.path.count, $0.path) < ($1.path.count, $1.path) }) {
            let steps = path.path.split(separator: ".").map(String.init)
            guard let last = steps.last else { continue }
            let leaf = path.isSection ? MergeValue.bool(true) : .string(word(for: steps, last))
            let nested = steps.dropFirst().reversed().reduce(leaf) { .object([$1: $0]) }
            guard let first = steps.first else { continue }
            values = values.merging(MergeValues([first: nested]))
        }
        return values
    }

    private static func word(for steps: [String], _ last: String) -> String {
        if last == "name", steps.first == "location" { return "Cape Town" }
        return known[last] ?? last.split(separator: "_").joined(separator: " ")
    }
}
