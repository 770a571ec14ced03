import Foundation
import HTTPServing

/// A failure as programs read it (RFC 9457).
struct ProblemDocument: Encodable {
    struct Item: Encodable {
        var field: String
        var message: String
    }

    var type = "about:blank"
    var title: String
    var status: Int
    var detail: String?
    var requestID: String?
    var errors: [Item]?

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail, errors
        case requestID = "request_id"
    }

    static func response(_ failure: Failure, requestID: String) -> Response {
        let document = ProblemDocument(
            title: failure.title, status: failure.status, detail: failure.detail.isEmpty ? nil : failure.detail,
            requestID: failure.isUnexpected ? requestID : nil,
            errors: failure.fields.isEmpty ? nil : failure.fields.map { Item(field: $0.field, message: $0.message) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = (try? encoder.encode(document)).map { Array($0) } ?? []
        var response = Response.json(bytes, status: failure.status)
        response.headers["Content-Type"] = "application/problem+json"
        for (name, value) in failure.headers { response.headers[name] = value }
        return response
    }
}
