import HTTPServing
import Messaging

/// `/api/openapi.json`: the calls that exist, in OpenAPI 3.1. A test holds it against the routes.
enum OpenAPI {
    static var routes: [Route] {
        // It holds nothing secret, and whoever has no token yet reads it first.
        [Route(.get, Paths.apiDescription, .open, face: .program, policy: .data) { _ in API.json(document) }]
    }

    static let document: JSONValue = [
        "openapi": "3.1.0",
        "info": [
            "title": "Switchboard", "version": "1",
            "description":
                "Send messages by email, SMS, WhatsApp, push and in-app, and read their status. Times are RFC 3339 in UTC; ids are strings; lists are {items, next}: pass ?after=next for the next page. Errors are problem documents (RFC 9457).",
        ],
        "security": [["token": []]],
        "paths":
            ([
                "/api/v1/messages": ["post": OpenAPIMessages.send, "get": OpenAPIMessages.list],
                "/api/v1/messages/{id}": ["get": OpenAPIMessages.read],
                "/api/v1/messages/{id}/cancel": [
                    "post": OpenAPIMessages.move("cancelMessage", "Cancel a pending message.")
                ],
                "/api/v1/messages/{id}/retry": [
                    "post": OpenAPIMessages.move(
                        "retryMessage", "Send a failed message again, or an unknown one, which may then arrive twice.")
                ],
                "/api/v1/messages/{id}/assume-sent": [
                    "post": OpenAPIMessages.move("assumeMessageSent", "Take an unknown message for sent.")
                ],
                "/api/v1/entities/{kind}": OpenAPIEntities.many,
                "/api/v1/entities/{kind}/{external_id}": OpenAPIEntities.one,
                "/api/v1/providers": ["get": OpenAPIProviders.list, "post": OpenAPIProviders.create],
                "/api/v1/providers/{id}": [
                    "get": OpenAPIProviders.read, "patch": OpenAPIProviders.change, "delete": OpenAPIProviders.delete,
                ],
            ] as JSONValue).adding(
                OpenAPITemplates.paths + OpenAPIBroadcasts.paths + OpenAPISuppressions.paths + OpenAPIDevices.paths),
        "components": [
            "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
            "responses": ["Problem": content("What stood in the way.", "Problem", type: "application/problem+json")],
            "schemas": OpenAPISchemas.all,
        ],
    ]

    static func reference(_ schema: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(schema)")] }

    static func content(_ words: String, _ schema: String, type: String = "application/json") -> JSONValue {
        var media = JSONObject()
        media.append(type, ["schema": reference(schema)])
        return ["description": .string(words), "content": .object(media)]
    }

    static func body(_ schema: String) -> JSONValue {
        ["required": true, "content": ["application/json": ["schema": reference(schema)]]]
    }

    static func query(_ name: String, _ words: String, _ schema: JSONValue = ["type": "string"]) -> JSONValue {
        ["name": .string(name), "in": "query", "description": .string(words), "schema": schema]
    }

    static let id: JSONValue = ["name": "id", "in": "path", "required": true, "schema": ["type": "string"]]
    static let paging: [JSONValue] = [
        query("after", "The “next” of the page before."),
        query("limit", "50 unless told.", ["type": "integer", "minimum": 1, "maximum": 200]),
    ]

    /// The answers of a call: its own, and a problem document for each of these.
    static func responses(_ own: [(String, JSONValue)], problems: [String]) -> JSONValue {
        var object = JSONObject()
        for (status, response) in own { object.append(status, response) }
        for status in problems { object.append(status, ["$ref": "#/components/responses/Problem"]) }
        return .object(object)
    }
}

enum OpenAPIMessages {
    private static let permissions =
        "Takes communication:send:email for email and communication:send:sms for anything else."

    static let send: JSONValue = [
        "operationId": "sendMessage", "summary": "Send a message",
        "description": .string(
            "The message is on disk when this answers; the provider is not waited for. \(permissions)"),
        "parameters": [
            [
                "name": "Idempotency-Key", "in": "header",
                "description":
                    "1 to 255 printable ASCII characters. The same key and body again answer 200 with the same message; the same key with another body answers 409.",
                "schema": ["type": "string", "minLength": 1, "maxLength": 255],
            ]
        ],
        "requestBody": OpenAPI.body("MessageRequest"),
        "responses": OpenAPI.responses(
            [
                ("202", OpenAPI.content("Accepted.", "Message")),
                ("200", OpenAPI.content("Accepted before, under the same key.", "Message")),
            ], problems: ["400", "401", "403", "409", "413", "415", "422", "429"]),
    ]

    static let list: JSONValue = [
        "operationId": "listMessages", "summary": "The send log, latest first",
        "description": "Takes communication:read:history.",
        "parameters": .list(
            [
                OpenAPI.query("status", "One status or several, with commas."),
                OpenAPI.query("delivery_channel", "email, sms, whatsapp …"),
                OpenAPI.query("direction", "outbound or inbound"), OpenAPI.query("type", "For example, manual."),
                OpenAPI.query("entity", "For example, member:m-1."),
                OpenAPI.query("broadcast", "The id of a broadcast."),
                OpenAPI.query("q", "Part of a name or an address."),
                OpenAPI.query("from", "A time, or a day in UTC."), OpenAPI.query("to", "A time, or a day in UTC."),
            ] + OpenAPI.paging),
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("A page.", "MessageList"))], problems: ["401", "403", "422"]),
    ]

    static let read: JSONValue = [
        "operationId": "readMessage", "summary": "One message with content, attempts and receipts",
        "description": "Takes communication:read:history.", "parameters": [OpenAPI.id],
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("The message.", "Message"))], problems: ["401", "403", "404"]),
    ]

    static func move(_ name: String, _ words: String) -> JSONValue {
        [
            "operationId": .string(name), "summary": .string(words),
            "description":
                "Takes communication:compose:send, or communication:send:email for an email and communication:send:sms for anything else.",
            "parameters": [OpenAPI.id],
            "responses": OpenAPI.responses(
                [("200", OpenAPI.content("The message as it stands now.", "Message"))],
                problems: ["400", "401", "403", "404", "409"]),
        ]
    }
}

enum OpenAPIProviders {
    private static let permissions =
        "The permission is that of the delivery channel: mail_servers for email, sms_gateways for SMS and voice, omni_channels for WhatsApp and push."

    static let list: JSONValue = [
        "operationId": "listProviders", "summary": "The providers", "description": .string(permissions),
        "parameters": .list([OpenAPI.query("delivery_channel", "email, sms, whatsapp …")] + OpenAPI.paging),
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("All of them.", "ProviderList"))], problems: ["401", "403", "422"]),
    ]
    static let create: JSONValue = [
        "operationId": "createProvider", "summary": "Set up a provider", "description": .string(permissions),
        "requestBody": OpenAPI.body("ProviderRequest"),
        "responses": OpenAPI.responses(
            [("201", OpenAPI.content("Set up.", "Provider"))], problems: ["400", "401", "403", "413", "415", "422"]),
    ]
    static let read: JSONValue = [
        "operationId": "readProvider", "summary": "One provider", "description": .string(permissions),
        "parameters": [OpenAPI.id],
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("The provider.", "Provider"))], problems: ["401", "403", "404"]),
    ]
    static let change: JSONValue = [
        "operationId": "changeProvider", "summary": "Change a provider",
        "description": .string(
            "What is not named stays. Null empties a setting, but leaves a secret; an empty text empties a secret. \(permissions)"
        ),
        "parameters": [OpenAPI.id], "requestBody": OpenAPI.body("ProviderRequest"),
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("Changed.", "Provider"))],
            problems: ["400", "401", "403", "404", "409", "413", "415", "422"]),
    ]
    static let delete: JSONValue = [
        "operationId": "deleteProvider", "summary": "Delete a provider", "description": .string(permissions),
        "parameters": [OpenAPI.id],
        "responses": OpenAPI.responses(
            [("204", ["description": "Deleted."])], problems: ["401", "403", "404", "409"]),
    ]
}
