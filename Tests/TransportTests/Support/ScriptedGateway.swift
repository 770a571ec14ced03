import Foundation
import Messaging

@testable import Transport

/// A request as the gateway received it.
struct HeardRequest: Sendable {
    var line: String
    var headers: [String: String]
    var body: String

    var json: MergeValue? { try? MergeValue(json: body) }
    func field(_ name: String) -> String? { json?[path: name]?.text }
}

extension ServerConnection {
    /// Reads the next request; `nil` when the client has disconnected.
    func hearRequest() -> HeardRequest? {
        guard let head = hearHead() else { return nil }
        guard let body = hear(bytes: Int(head.headers["content-length"] ?? "") ?? 0) else { return nil }
        return HeardRequest(line: head.line, headers: head.headers, body: String(decoding: body, as: UTF8.self))
    }

    func hearHead() -> HeardRequest? {
        guard let line = hear() else { return nil }
        var headers: [String: String] = [:]
        while let next = hear() {
            if next.isEmpty { return HeardRequest(line: line, headers: headers, body: "") }
            let parts = next.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1] : ""
        }
        return nil
    }

    func response(_ status: String, _ headers: String = "", body: String = "{}") {
        say("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }

    /// Answers every request of a kept connection.
    func serveHTTP(_ response: (HeardRequest) -> String = { _ in "202 Accepted" }) {
        while let request = hearRequest() {
            let status = response(request)
            guard !status.isEmpty else { return }
            let parts = status.split(separator: "|", maxSplits: 1).map(String.init)
            self.response(parts[0], parts.count > 1 ? parts[1] + "\r\n" : "")
        }
    }
}

extension ProviderResponse {
    var status: Int? { if case .http(let reply) = self { reply.status } else { nil } }
}
