import HTTPServing
import Messaging

@testable import Console

/// API client without sockets, with a token of its own.
struct APIFixture {
    let fixture: SiteFixture
    let token: String

    init(_ permissions: Set<Permission> = Set(Permission.allCases)) throws {
        fixture = try SiteFixture()
        token = Secrets.randomToken()
        _ = try fixture.store.createToken(
            name: "test", hash: Secrets.hash(token), permissions: permissions, at: fixture.now)
    }

    var store: any BroadcastStore & MessageStore & ProviderStore & DirectoryStore & ChannelStore & TemplateStore {
        fixture.store
    }

    func call(_ method: HTTPServing.Method, _ path: String, headers: [(String, String)] = []) -> Response {
        fixture.send(Request(method, path, headers: Headers(headers + [("Authorization", "Bearer \(token)")])))
    }

    func send(
        _ method: HTTPServing.Method, _ path: String, _ json: String, headers: [(String, String)] = []
    ) -> Response {
        fixture.send(
            Request(method, path, json: json, headers: Headers(headers + [("Authorization", "Bearer \(token)")])))
    }

    func post(_ json: String, key: String? = nil) -> Response {
        send(.post, "/api/v1/messages", json, headers: key.map { [("Idempotency-Key", $0)] } ?? [])
    }
}

extension Response {
    /// Body as JSON; null if it is not JSON.
    var json: JSONValue {
        guard case .bytes(let bytes) = body else { return .null }
        return (try? JSONValue(bytes)) ?? .null
    }

    /// Fields named by a problem document, sorted.
    var fields: [String] {
        guard case .list(let errors)? = json["errors"] else { return [] }
        return errors.compactMap { $0["field"]?.string }.sorted()
    }
}

extension JSONValue {
    subscript(name: String) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var items: [JSONValue] {
        guard case .list(let items) = self else { return [] }
        return items
    }
}
