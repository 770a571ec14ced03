import Foundation

/// Reads a record from what a program, a file or a form sent. Every problem is collected under its column's name.
public struct EntityReader: Sendable {
    /// Characters of a name or an id: longer ones are a mistake in a file, and would not fit a page.
    public static let longestText = 200
    /// Characters of one attribute that is a text.
    public static let longestAttribute = 4_000
    /// Attributes of one record.
    public static let mostAttributes = 200
    /// Bytes of all attributes of one record, as JSON. A page reads fifty records.
    public static let attributeBytes = 32 * 1024

    public let kind: EntityKind
    private let phones: PhoneReader
    private static let zones = Set(TimeZone.knownTimeZoneIdentifiers + ["UTC"])

    public init(kind: EntityKind, phones: PhoneReader) {
        self.kind = kind
        self.phones = phones
    }

    /// From the members of a JSON object. `isWhole`: what is not said is emptied, as `PUT` means it.
    public func read(_ members: [String: MergeValue], isWhole: Bool) -> (
        change: EntityChange, problems: [RowProblem]
    ) {
        var change = EntityChange(isWhole: isWhole)
        var problems: [RowProblem] = []
        let usual = EntityField.usualAttributes(of: kind)
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if name == "attributes" {
                readAttributes(value, into: &change, &problems)
            } else if let field = EntityField(columnName: name, for: kind) {
                readField(field, name, value, into: &change, &problems)
            } else if usual.contains(name) {
                if let problem = Self.problem(withAttribute: value) { problems.append(RowProblem(name, problem)) }
                change.attributes[name] = value
            } else if name == "kind", value == .string(kind.rawValue) {
                continue
            } else if name != "id" {
                problems.append(
                    RowProblem(String(name.prefix(60)), "Unknown field; put it into attributes."))
            }
        }
        finish(change, &problems)
        return (change, problems)
    }

    private func readField(
        _ field: EntityField, _ name: String, _ value: MergeValue, into change: inout EntityChange,
        _ problems: inout [RowProblem]
    ) {
        switch value {
        case .null: if field != .externalID { change[field] = "" }
        case .string(let text): set(field, text, in: &change, &problems)
        case .number(let literal) where field == .externalID: set(field, literal, in: &change, &problems)
        default: problems.append(RowProblem(name, "This must be a string."))
        }
    }

    private func readAttributes(
        _ value: MergeValue, into change: inout EntityChange, _ problems: inout [RowProblem]
    ) {
        guard case .object(let attributes) = value else {
            if value != .null { problems.append(RowProblem("attributes", "This must be an object.")) }
            return
        }
        for (name, value) in attributes {
            if let problem = Self.problem(withName: name) ?? Self.problem(withAttribute: value) {
                problems.append(RowProblem("attributes.\(name.prefix(60))", problem))
            }
            change.attributes[name] = value
        }
    }

    /// One text of a standard column, checked and put into the form it is kept in.
    public func set(
        _ field: EntityField, _ text: String, in change: inout EntityChange, _ problems: inout [RowProblem]
    ) {
        let text = Self.trimmed(text)
        do {
            change[field] = try checked(field, text)
        } catch {
            problems.append(RowProblem(field.columnName(for: kind), error.message))
        }
    }

    /// What holds for the record as a whole.
    public func finish(_ change: EntityChange, _ problems: inout [RowProblem]) {
        if change.externalID.isEmpty, !problems.contains(where: { $0.field == "external_id" }) {
            problems.append(
                RowProblem("external_id", "Every record needs an external id: its number in your own system."))
        }
        guard !change.attributes.isEmpty else { return }
        if change.attributes.count > Self.mostAttributes {
            problems.append(RowProblem("attributes", "At most \(Self.mostAttributes) attributes."))
        } else if change.attributes.count > 8, MergeValues(change.attributes).json.utf8.count > Self.attributeBytes {
            problems.append(
                RowProblem("attributes", "Together they are larger than \(Self.attributeBytes / 1024) KB."))
        }
    }

    private struct Refusal: Error { var message: String }

    private func checked(_ field: EntityField, _ text: String) throws(Refusal) -> String {
        if text.isEmpty { return "" }
        if Self.hasControl(text) { throw Refusal(message: "One line of text, without control characters.") }
        switch field {
        case .email:
            do { return try EmailAddress(text).text } catch { throw Refusal(message: error.message) }
        case .mobile:
            do { return try phones.e164(text) } catch { throw Refusal(message: error.message) }
        case .timeZone:
            guard Self.zones.contains(text) else {
                throw Refusal(message: "“\(text.prefix(40))” is not a time zone; write it as in Africa/Johannesburg.")
            }
            return text
        case .language:
            guard Self.isLanguage(text) else {
                throw Refusal(message: "“\(text.prefix(40))” is not a language; write it as in en or pt-BR.")
            }
            return text
        default:
            // Counting characters is slow; bytes decide for nearly all.
            if text.utf8.count > Self.longestText, text.count > Self.longestText {
                throw Refusal(message: "At most \(Self.longestText) characters.")
            }
            return text
        }
    }

    /// A language tag as in RFC 5646 §2.1: subtags of 1 to 8 letters and digits, the first of 2 to 8 letters.
    private static func isLanguage(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count <= 35, let first = parts.first, (2...8).contains(first.utf8.count) else { return false }
        return first.utf8.allSatisfy(isLetter)
            && parts.allSatisfy {
                (1...8).contains($0.utf8.count) && $0.utf8.allSatisfy { isLetter($0) || isDigit($0) }
            }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    public static func problem(withName name: String) -> String? {
        if name.isEmpty || name.utf8.count > 100 { return "An attribute's name has 1 to 100 characters." }
        return name.contains(where: { "{}.#^/!&>".contains($0) || $0.isNewline })
            ? "An attribute's name has none of . { } # ^ / ! & > in it." : nil
    }

    static func problem(withAttribute value: MergeValue) -> String? {
        switch value {
        case .string(let text):
            text.utf8.count > longestAttribute && text.count > longestAttribute
                ? "At most \(longestAttribute) characters." : nil
        case .list, .object:
            value.json.utf8.count > attributeBytes ? "Larger than \(attributeBytes / 1024) KB." : nil
        default: nil
        }
    }

    static func trimmed(_ text: String) -> String {
        guard let first = text.utf8.first, let last = text.utf8.last,
            first <= 0x20 || last <= 0x20 || first > 0x7F || last > 0x7F
        else { return text }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static func hasControl(_ text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            // U+0080 to U+009F are C2 80 to C2 9F.
            if byte < 0x20 || byte == 0x7F || (previous == 0xC2 && byte < 0xA0) { return true }
            previous = byte
        }
        return false
    }
}
