import HTTPServing
import Messaging

/// The JSON API. Every call takes a bearer token; errors are problem documents (RFC 9457).
enum API {
    static var routes: [Route] {
        MessagesAPI.routes + ProvidersAPI.routes + EntitiesAPI.routes + DevicesAPI.routes + InboxAPI.routes
            + ChannelsAPI.routes + TemplatesAPI.routes + WrappersAPI.routes + MailTemplatesAPI.routes
            + BroadcastsAPI.routes + SuppressionsAPI.routes + OverviewAPI.routes + OpenAPI.routes
    }

    /// `email, sms, whatsapp, push or in_app`
    static func ways(_ word: String) -> String {
        let names = DeliveryChannel.composable.map(\.rawValue)
        return names.dropLast().joined(separator: ", ") + " \(word) " + (names.last ?? "")
    }

    static func json(_ value: JSONValue, status: Int = 200) -> Response { .json(value.bytes, status: status) }
}

/// The query of a call being checked. A parameter nobody asked for is refused: a misspelt filter that is passed over
/// answers with everything.
struct QueryReader: Sendable {
    /// Rows of a list unless told otherwise, and at most (INTERFACE: 1 to 200).
    static let ordinaryLimit = 50
    static let limits = 1...200

    private let fields: Fields
    private var asked: Set<String> = []
    private var problems: [Failure.Field] = []

    init(_ request: Request) { fields = request.query }

    mutating func reject(_ name: String, _ message: String) {
        problems.append(Failure.Field(field: name, message: message))
    }

    /// `nil` when absent or empty.
    mutating func text(_ name: String) -> String? {
        asked.insert(name)
        return fields[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Given several times, or once with commas.
    mutating func list(_ name: String) -> [String] {
        asked.insert(name)
        return fields.all(name).flatMap { $0.split(separator: ",").map(String.init) }
    }

    mutating func word<Word: RawRepresentable & CaseIterable>(_ name: String, as _: Word.Type = Word.self) -> Word?
    where Word.RawValue == String {
        guard let text = text(name) else { return nil }
        if let word = Word(rawValue: text) { return word }
        reject(name, "This must be one of \(EnglishFormat.list(Word.allCases.map(\.rawValue))).")
        return nil
    }

    mutating func start() -> PageStart {
        guard let text = text("after") else { return .newest }
        guard let key = Int64(text) else {
            reject("after", "Give the “next” of the page before.")
            return .newest
        }
        return .after(key)
    }

    mutating func limit() -> Int {
        guard let text = text("limit") else { return Self.ordinaryLimit }
        guard let limit = Int(text), Self.limits.contains(limit) else {
            reject("limit", "This must be a number from \(Self.limits.lowerBound) to \(Self.limits.upperBound).")
            return Self.ordinaryLimit
        }
        return limit
    }

    mutating func finish() throws {
        for name in fields.names where !asked.contains(name) {
            reject(String(name.prefix(60)), "There is no such parameter here.")
        }
        guard problems.isEmpty else { throw Failure.invalid(problems) }
    }
}

extension JSONValue {
    /// `{items, next}`
    static func list<Item>(_ page: Page<Item>, _ item: (Item) -> JSONValue) -> JSONValue {
        ["items": .list(page.items.map(item)), "next": JSONValue(id: page.next)]
    }
}
