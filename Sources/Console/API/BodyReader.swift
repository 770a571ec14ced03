import Foundation
import HTTPServing
import Messaging

/// The members of a JSON object being checked: every problem is collected under its name, as in `to.email`, and members
/// that nobody asked for are refused rather than passed over, since most of them are misspelt.
struct BodyReader: Sendable {
    private let object: JSONObject
    private let prefix: String
    private var asked: Set<String> = []
    private(set) var problems: [Failure.Field] = []

    init(_ object: JSONObject, at prefix: String = "") {
        self.object = object
        self.prefix = prefix
    }

    /// The body of a request, which must be a JSON object. Throws a `Failure`: 400, 413 or 415.
    /// `mostValues`: for a call that takes long lists.
    init(_ request: Request, mostValues: Int = JSONValue.mostInBody) throws {
        if let problem = request.bodyProblem { throw Failure.bodyProblem(problem) }
        guard Self.isJSON(request.headers["Content-Type"]) else {
            throw Failure(415, "JSON is needed", "Send the body with “Content-Type: application/json”.")
        }
        let value: JSONValue
        do {
            value = try JSONValue(request.body, mostValues: mostValues)
        } catch {
            throw Failure.badRequest(error.message)
        }
        guard case .object(let object) = value else { throw Failure.badRequest("The body must be a JSON object.") }
        self.init(object)
    }

    /// `application/json` and `application/*+json` (RFC 6839); a charset other than UTF-8 is not JSON (RFC 8259 §8.1).
    private static func isJSON(_ contentType: String?) -> Bool {
        // What nearly everybody says, known without taking it apart.
        if contentType == "application/json" { return true }
        let parts = (contentType ?? "").lowercased().split(separator: ";").map { $0.filter { !$0.isWhitespace } }
        guard let type = parts.first, parts.dropFirst().allSatisfy({ !$0.hasPrefix("charset=") || isUTF8($0) }) else {
            return false
        }
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }

    private static func isUTF8(_ parameter: String) -> Bool {
        ["charset=utf-8", "charset=\"utf-8\""].contains(parameter)
    }

    static func isEmptyObject(_ bytes: [UInt8]) -> Bool { (try? JSONValue(bytes)) == .object(JSONObject()) }

    var value: JSONValue { .object(object) }

    mutating func reject(_ name: String, _ message: String) {
        // Without a name the object itself is meant: `to`, not `to.`.
        let field = name.isEmpty ? String(prefix.dropLast()) : prefix + name
        problems.append(Failure.Field(field: field, message: message))
    }

    func rejected(_ name: String) -> Bool { problems.contains { $0.field == prefix + name } }

    mutating func take(problemsOf other: BodyReader) { problems += other.problems }

    /// Whether the member is there, also as null.
    func has(_ name: String) -> Bool { object[name] != nil }

    /// A member that is there and not null.
    mutating func value(_ name: String) -> JSONValue? {
        asked.insert(name)
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    mutating func text(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else {
            reject(name, "This must be a string, not \(value.kindName).")
            return nil
        }
        return text
    }

    /// One line without surrounding blanks. Line ends and other control characters are refused: they would have to be
    /// dropped from a mail header, and what was asked for would silently become something else.
    mutating func line(_ name: String, limit: Int) -> String? {
        guard let text = text(name) else { return nil }
        if text.unicodeScalars.contains(where: Form.isControl) {
            reject(name, "One line of text is needed, without line ends or other control characters.")
            return nil
        }
        guard text.count <= limit else {
            reject(name, "At most \(EnglishFormat.count(limit)) characters.")
            return nil
        }
        return text.trimmingCharacters(in: .whitespaces)
    }

    /// A whole number of at most 15 digits.
    mutating func integer(_ name: String) -> Int? {
        guard let value = value(name) else { return nil }
        guard case .number(let text) = value, let number = Int(text), abs(number) < 1_000_000_000_000_000 else {
            reject(name, "This must be a whole number.")
            return nil
        }
        return number
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let flag) = value else {
            reject(name, "This must be true or false, not \(value.kindName).")
            return nil
        }
        return flag
    }

    mutating func object(_ name: String) -> JSONObject? {
        guard let value = value(name) else { return nil }
        guard case .object(let object) = value else {
            reject(name, "This must be an object, not \(value.kindName).")
            return nil
        }
        return object
    }

    mutating func nested(_ name: String) -> BodyReader? {
        object(name).map { BodyReader($0, at: "\(prefix)\(name).") }
    }

    mutating func time(_ name: String) -> Timestamp? {
        guard let text = text(name) else { return nil }
        guard let moment = Timestamp(rfc3339: text) else {
            reject(name, "This must be a time as in 2026-12-24T08:00:00Z (RFC 3339).")
            return nil
        }
        return moment
    }

    /// Throws everything collected, with the members nobody asked for; returns when there is nothing.
    mutating func finish() throws {
        rejectUnknown()
        guard problems.isEmpty else { throw Failure.invalid(problems) }
    }

    mutating func rejectUnknown() {
        for member in object.members where !asked.contains(member.name) {
            let name = String(member.name.prefix(60))
            reject(name, "Unknown field.")
        }
    }
}
