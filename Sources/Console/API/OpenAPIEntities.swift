import Messaging

/// The directory in the description of the API.
enum OpenAPIEntities {
    static let many: JSONValue = ["get": list, "post": take]
    static let one: JSONValue = ["get": read, "put": put, "delete": delete]

    static let kind: JSONValue = [
        "name": "kind", "in": "path", "required": true,
        "schema": ["type": "string", "enum": .list(EntityKind.allCases.map { .string($0.plural) })],
    ]
    static let externalID: JSONValue = [
        "name": "external_id", "in": "path", "required": true, "schema": ["type": "string"],
    ]

    private static let list: JSONValue = [
        "operationId": "listEntities", "summary": "Search the directory, newest first",
        "description": "Takes directory:read:all.",
        "parameters": .list(
            [
                kind,
                OpenAPI.query("q", "Words of which every one must occur in a name, an address, an id or an attribute."),
                OpenAPI.query("filter", "A field and a part of its value, as in tier:gold. As often as needed."),
            ] + OpenAPI.paging),
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("A page.", "EntityList"))], problems: ["401", "403", "404", "422"]),
    ]

    private static let take: JSONValue = [
        "operationId": "upsertEntities", "summary": "Create and change many records by external id",
        "description":
            "One JSON object a line, at most 64 MB. What a line does not name stays as it is; null empties it. Takes directory:create:all and directory:update:all.",
        "parameters": [kind],
        "requestBody": [
            "required": true, "content": ["application/x-ndjson": ["schema": OpenAPI.reference("Entity")]],
        ],
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("What was imported, and which lines were rejected.", "EntityTally"))],
            problems: ["400", "401", "403", "404", "413", "415"]),
    ]

    private static let read: JSONValue = [
        "operationId": "readEntity", "summary": "One record", "description": "Takes directory:read:all.",
        "parameters": [kind, externalID],
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("The record.", "Entity"))], problems: ["401", "403", "404"]),
    ]

    private static let put: JSONValue = [
        "operationId": "putEntity", "summary": "Create or replace a record",
        "description":
            "The whole record: what the body does not name is emptied. Takes directory:create:all or directory:update:all, as the case is.",
        "parameters": [kind, externalID], "requestBody": OpenAPI.body("Entity"),
        "responses": OpenAPI.responses(
            [("201", OpenAPI.content("Created.", "Entity")), ("200", OpenAPI.content("Replaced.", "Entity"))],
            problems: ["400", "401", "403", "404", "413", "415", "422"]),
    ]

    private static let delete: JSONValue = [
        "operationId": "deleteEntity", "summary": "Delete a record",
        "description": "Messages to it stay, with the name and address they were sent to. Takes directory:delete:all.",
        "parameters": [kind, externalID],
        "responses": OpenAPI.responses([("204", ["description": "Deleted."])], problems: ["401", "403", "404"]),
    ]

    private static let text: JSONValue = ["type": ["string", "null"]]
    private static let number: JSONValue = ["type": "integer"]

    static let entity: JSONValue =
        [
            "type": "object",
            "properties": [
                "id": ["type": "string", "readOnly": true], "kind": ["type": "string"],
                "external_id": ["type": "string", "maxLength": 200], "name": text, "account_name": text,
                "first_name": text, "last_name": text, "email": text,
                "mobile": ["type": ["string", "null"], "description": "With its country code."],
                "time_zone": text, "language": text,
                "location": ["type": ["string", "null"], "description": "The external id of a location."],
                "account": ["type": ["string", "null"], "description": "The external id of an account."],
                "member": ["type": ["string", "null"], "description": "Transactions: the external id of a member."],
                "amount": ["description": "Transactions."], "reference": ["description": "Transactions."],
                "attributes": ["type": "object"],
            ],
        ]

    static let entityList: JSONValue =
        [
            "type": "object", "required": ["items", "next"],
            "properties": ["items": ["type": "array", "items": OpenAPI.reference("Entity")], "next": text],
        ]

    static let tally = tally(["created", "updated", "unchanged"])
    static let subscriberTally = tally(["added", "present"])

    private static func tally(_ counts: [String]) -> JSONValue {
        var properties = JSONObject()
        for name in counts + ["rejected"] { properties.append(name, number) }
        properties.append("errors", errors)
        return ["type": "object", "properties": .object(properties)]
    }

    private static let errors: JSONValue = [
        "type": "array",
        "items": [
            "type": "object",
            "properties": [
                "line": number,
                "errors": [
                    "type": "array",
                    "items": [
                        "type": "object",
                        "properties": ["field": ["type": "string"], "message": ["type": "string"]],
                    ],
                ],
            ],
        ],
    ]
}
