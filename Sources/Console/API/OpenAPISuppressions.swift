import Messaging

/// The calls for suppressions and their shapes.
enum OpenAPISuppressions {
    static let paths: [(String, JSONValue)] = [
        (Paths.apiSuppressions, ["get": list, "post": create]),
        (Paths.apiSuppression("{id}"), ["get": read, "delete": delete]),
    ]

    static let schemas: [(String, JSONValue)] = [
        ("Suppression", suppression), ("SuppressionRequest", request),
        (
            "SuppressionList",
            [
                "type": "object", "required": ["items", "next"],
                "properties": [
                    "items": ["type": "array", "items": OpenAPI.reference("Suppression")],
                    "next": ["type": ["string", "null"]],
                ],
            ]
        ),
    ]

    private static func words(_ values: [String]) -> JSONValue {
        ["type": "string", "enum": .list(values.map(JSONValue.string))]
    }
    private static let scope = words(SuppressionScope.Kind.allCases.map(\.rawValue))
    private static let source = words(SuppressionSource.allCases.map(\.rawValue))

    private static let list: JSONValue = [
        "operationId": "listSuppressions", "summary": "Addresses that must not be written to, the latest first",
        "description": "Takes communication:suppressions:read:all.",
        "parameters": .list(
            [
                OpenAPI.query("q", "Part of an address or of a name."),
                OpenAPI.query("scope", "everything, broadcasts or channel", scope),
                OpenAPI.query("channel", "The id of a channel."),
                OpenAPI.query("source", "Whose word it is.", source),
            ] + OpenAPI.paging),
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("A page.", "SuppressionList"))], problems: ["401", "403", "422"]),
    ]

    private static let create: JSONValue = [
        "operationId": "createSuppression", "summary": "Suppress an address",
        "description":
            "In effect as soon as this answers: waiting messages to the address are not sent. Takes communication:suppressions:create:all.",
        "requestBody": OpenAPI.body("SuppressionRequest"),
        "responses": OpenAPI.responses(
            [
                ("201", OpenAPI.content("Suppressed.", "Suppression")),
                ("200", OpenAPI.content("Suppressed by a call before.", "Suppression")),
            ], problems: ["400", "401", "403", "409", "413", "415", "422"]),
    ]

    private static let read: JSONValue = [
        "operationId": "readSuppression", "summary": "One suppression",
        "description": "Takes communication:suppressions:read:all.", "parameters": [OpenAPI.id],
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("It.", "Suppression"))], problems: ["401", "403", "404"]),
    ]

    private static let delete: JSONValue = [
        "operationId": "deleteSuppression", "summary": "Take a suppression back",
        "description":
            "A bounce, or what the person asked for, answers 409 without sure=true. Takes communication:suppressions:delete:all.",
        "parameters": .list([OpenAPI.id, OpenAPI.query("sure", "true: it is meant.", ["type": "boolean"])]),
        "responses": OpenAPI.responses(
            [("204", ["description": "Taken back."])], problems: ["401", "403", "404", "409", "422"]),
    ]

    private static let request: JSONValue = [
        "type": "object", "additionalProperties": false,
        "properties": [
            "email": ["type": "string", "description": "This or mobile."],
            "mobile": ["type": "string", "description": "With its country code."], "scope": scope,
            "channel_id": ["type": "string", "description": "With the scope “channel”."],
            "reason": ["type": "string", "maxLength": JSONValue(NewSuppression.longestReason)],
        ],
    ]

    private static let suppression: JSONValue = [
        "type": "object",
        "required": ["id", "scope", "reason", "source", "created_at"],
        "properties": [
            "id": ["type": "string"], "email": ["type": ["string", "null"]], "mobile": ["type": ["string", "null"]],
            "scope": scope,
            "channel": [
                "type": ["object", "null"],
                "properties": ["id": ["type": "string"], "name": ["type": ["string", "null"]]],
            ],
            "reason": ["type": "string"], "source": source,
            "created_at": ["type": "string", "format": "date-time"], "created_by": ["type": ["string", "null"]],
            "message": ["type": ["string", "null"], "description": "The message that led to it."],
        ],
    ]
}
