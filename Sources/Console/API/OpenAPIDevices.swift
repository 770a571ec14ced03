/// Devices and in-app inboxes in the description of the API.
enum OpenAPIDevices {
    static let paths: [(String, JSONValue)] = [
        ("/api/v1/entities/{kind}/{external_id}/devices", ["get": list]),
        ("/api/v1/entities/{kind}/{external_id}/devices/{token}", ["get": read, "put": put, "delete": delete]),
        ("/api/v1/entities/{kind}/{external_id}/inbox", ["get": inbox]),
        ("/api/v1/entities/{kind}/{external_id}/inbox/{id}/read", ["post": readNotice]),
    ]

    static let schemas: [(String, JSONValue)] = [
        ("Device", device), ("DeviceRequest", request), ("DeviceList", list(of: "Device")),
        ("Notice", notice), ("NoticeList", list(of: "Notice")),
    ]

    private static let record = [OpenAPIEntities.kind, OpenAPIEntities.externalID]
    private static let token: JSONValue = [
        "name": "token", "in": "path", "required": true,
        "description":
            "As the push service gave it, percent-encoded: 1 to 1,024 letters, digits and symbols, without spaces.",
        "schema": ["type": "string", "maxLength": 1024],
    ]

    private static let list: JSONValue = [
        "operationId": "listDevices", "summary": "The devices of a record, the most recently seen first",
        "description": "Push goes to the first. Takes directory:read:all.", "parameters": .list(record),
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("All of them.", "DeviceList"))], problems: ["401", "403", "404"]),
    ]
    private static let read: JSONValue = [
        "operationId": "readDevice", "summary": "One device", "description": "Takes directory:read:all.",
        "parameters": .list(record + [token]),
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("The device.", "Device"))], problems: ["401", "403", "404"]),
    ]
    private static let put: JSONValue = [
        "operationId": "putDevice", "summary": "Register a device, or say that it was seen",
        "description":
            "An app calls this at each start. A token that was another record's is this one's from then on. A record has at most 50. Takes directory:update:all.",
        "parameters": .list(record + [token]), "requestBody": OpenAPI.body("DeviceRequest"),
        "responses": OpenAPI.responses(
            [
                ("201", OpenAPI.content("Registered.", "Device")),
                ("200", OpenAPI.content("Seen again, or moved here.", "Device")),
            ], problems: ["400", "401", "403", "404", "409", "413", "415", "422"]),
    ]
    private static let delete: JSONValue = [
        "operationId": "deleteDevice", "summary": "Take a device away from a record",
        "description": "Call it when the user signs out of the app. Takes directory:update:all.",
        "parameters": .list(record + [token]),
        "responses": OpenAPI.responses([("204", ["description": "Removed."])], problems: ["401", "403", "404"]),
    ]
    private static let inbox: JSONValue = [
        "operationId": "readInbox", "summary": "The in-app messages of a record, the newest first",
        "description": "Takes communication:read:history.", "parameters": .list(record + OpenAPI.paging),
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("A page.", "NoticeList"))], problems: ["401", "403", "404", "422"]),
    ]
    private static let readNotice: JSONValue = [
        "operationId": "markNoticeRead", "summary": "The reader saw an in-app message",
        "description": "Its message becomes read. A second call changes nothing. Takes directory:update:all.",
        "parameters": .list(record + [OpenAPI.id]),
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("As it stands now.", "Notice"))], problems: ["400", "401", "403", "404"]),
    ]

    private static func list(of schema: String) -> JSONValue {
        [
            "type": "object", "required": ["items", "next"],
            "properties": ["items": ["type": "array", "items": OpenAPI.reference(schema)], "next": textOrNull],
        ]
    }

    private static let text: JSONValue = ["type": "string"]
    private static let textOrNull: JSONValue = ["type": ["string", "null"]]
    private static let time: JSONValue = ["type": "string", "format": "date-time"]
    private static let platform: JSONValue = ["type": "string", "enum": ["ios", "android", "web"]]

    private static let device: JSONValue = [
        "type": "object", "required": ["token", "platform", "registered_at", "last_seen_at"],
        "properties": [
            "token": text, "platform": platform, "name": textOrNull, "registered_at": time, "last_seen_at": time,
        ],
    ]
    private static let request: JSONValue = [
        "type": "object", "required": ["platform"],
        "properties": [
            "platform": platform, "name": ["type": ["string", "null"], "maxLength": 100], "token": text,
        ], "additionalProperties": false,
    ]
    private static let notice: JSONValue = [
        "type": "object", "required": ["id", "message_id", "text", "created_at", "read_at"],
        "properties": [
            "id": text, "message_id": text, "title": textOrNull, "text": text, "icon": textOrNull,
            "action_url": textOrNull, "created_at": time,
            "read_at": ["type": ["string", "null"], "format": "date-time"],
        ],
    ]
}
