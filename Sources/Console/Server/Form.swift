import Foundation
import HTTPServing

/// A posted form being checked: every problem is collected beside its field and the values are kept, so that the page
/// can be shown again as it was sent.
struct Form: Sendable {
    let fields: Fields
    private(set) var problems: [Failure.Field] = []

    init(_ fields: Fields) { self.fields = fields }
    init(_ request: Request) { self.init(request.form) }

    var isValid: Bool { problems.isEmpty }

    /// The first problem of a field; `nil` when it has none.
    func error(_ name: String) -> String? { problems.first { $0.field == name }?.message }

    mutating func reject(_ name: String, _ message: String) {
        problems.append(Failure.Field(field: name, message: message))
    }

    /// As sent; empty when absent.
    func raw(_ name: String) -> String { fields[name] ?? "" }
    func has(_ name: String) -> Bool { fields[name] != nil }
    func isChecked(_ name: String) -> Bool { has(name) && !["", "0", "false", "off"].contains(raw(name)) }

    /// One line without surrounding blanks. Control characters, CR and LF among them, are a problem, never passed on.
    mutating func line(_ name: String, limit: Int = 200, required message: String? = nil) -> String {
        let text = raw(name).trimmingCharacters(in: .whitespacesAndNewlines)
        if text.isEmpty, let message {
            reject(name, message)
        } else if text.count > limit {
            reject(name, "At most \(limit) characters.")
        } else if text.unicodeScalars.contains(where: Self.isControl) {
            reject(name, "One line of text, without control characters.")
        }
        return text
    }

    /// Several lines; CR LF, as browsers send it, becomes LF.
    mutating func text(_ name: String, limit: Int) -> String {
        let text = raw(name).replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\r", with: "\n")
        if text.utf8.count > limit { reject(name, "At most \(EnglishFormat.count(limit)) bytes.") }
        return text
    }

    func number(_ name: String) -> Int64? { Int64(raw(name).trimmingCharacters(in: .whitespaces)) }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}
