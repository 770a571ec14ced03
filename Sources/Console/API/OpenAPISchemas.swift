import Messaging

/// The shapes of requests and answers, as JSON Schema 2020-12.
enum OpenAPISchemas {
    static let all: JSONValue =
        ([
            "Problem": problem, "MessageRequest": messageRequest, "Recipient": recipient, "Message": message,
            "MessageList": list(of: "Message"), "ProviderRequest": providerRequest, "Provider": provider,
            "ProviderList": list(of: "Provider"),
            "Entity": OpenAPIEntities.entity, "EntityList": OpenAPIEntities.entityList,
            "EntityTally": OpenAPIEntities.tally, "SubscriberTally": OpenAPIEntities.subscriberTally,
        ] as JSONValue).adding(
            OpenAPITemplateSchemas.all + OpenAPIBroadcastSchemas.all + OpenAPISuppressions.schemas
                + OpenAPIDevices.schemas)

    private static let text: JSONValue = ["type": "string"]
    private static let textOrNull: JSONValue = ["type": ["string", "null"]]
    private static let time: JSONValue = ["type": "string", "format": "date-time"]
    private static let timeOrNull: JSONValue = ["type": ["string", "null"], "format": "date-time"]
    private static let flag: JSONValue = ["type": "boolean"]

    private static func words(_ values: [String]) -> JSONValue {
        ["type": "string", "enum": .list(values.map(JSONValue.string))]
    }

    private static func object(_ required: [String], _ properties: JSONValue, closed: Bool = false) -> JSONValue {
        var object: JSONObject = ["type": "object", "properties": properties]
        if !required.isEmpty { object.append("required", .list(required.map(JSONValue.string))) }
        if closed { object.append("additionalProperties", false) }
        return .object(object)
    }

    private static func list(of schema: String) -> JSONValue {
        object(
            ["items", "next"], ["items": ["type": "array", "items": OpenAPI.reference(schema)], "next": textOrNull])
    }

    private static let problem = object(
        ["title", "status"],
        [
            "type": text, "title": text, "status": ["type": "integer"], "detail": text,
            "errors": ["type": "array", "items": object(["field", "message"], ["field": text, "message": text])],
        ])

    private static let recipient = object(
        [],
        [
            "email": text, "mobile": ["type": "string", "description": "With its country code."], "name": text,
            "device": ["type": "string", "description": "Push: the token of a device, registered or not."],
            "entity": object(
                ["kind", "external_id"],
                ["kind": words(EntityKind.allCases.map(\.rawValue)), "external_id": text], closed: true),
        ], closed: true)

    private static let messageRequest = object(
        ["delivery_channel", "to"],
        [
            "delivery_channel": words(DeliveryChannel.composable.map(\.rawValue)),
            "to": OpenAPI.reference("Recipient"),
            "subject": [
                "type": "string", "maxLength": JSONValue(ContentLimits.subject),
                "description": "Email, where it is needed, and the title of push and in-app.",
            ],
            "html": ["type": "string", "description": "Email only. Cleaned of scripts and forms."],
            "text": [
                "type": "string",
                "description": "Needed for all but email, where it is made from the HTML when absent.",
            ],
            "icon": ["type": "string", "description": "Push and in-app: the address of a picture."],
            "action_url": ["type": "string", "description": "Push and in-app: what a tap opens."],
            "template": [
                "type": "string", "description": "The id of an active template, in place of subject, html and text.",
            ],
            "wrapper": [
                "type": "string",
                "description": "Email only: the id of a wrapper, “none”, or “default”, which is what absent means.",
            ],
            "variables": [
                "type": "object",
                "description":
                    "Values for {{placeholders}}, laid over those of the entity. A placeholder without a value is refused.",
            ],
            "type": ["type": "string", "pattern": "^[a-z0-9_]{1,40}$", "default": "manual"],
            "priority": words(Priority.allCases.map(\.name)),
            "send_at": [
                "type": "string", "format": "date-time",
                "description": "Absent or past: now. Otherwise at least 60 seconds ahead, at most a year.",
            ],
            "expires_at": [
                "type": "string", "format": "date-time",
                "description": "A message still pending then is cancelled. After send_at.",
            ],
        ], closed: true)

    private static let message = object(
        ["id", "status", "delivery_channel", "direction", "type", "to", "created_at", "due_at"],
        [
            "id": text, "status": words(MessageStatus.allCases.map(\.rawValue)),
            "delivery_channel": words(DeliveryChannel.allCases.map(\.rawValue)),
            "direction": words(["outbound", "inbound"]), "type": text,
            "to": [
                "type": "object",
                "properties": [
                    "email": textOrNull, "mobile": textOrNull, "device": textOrNull, "name": textOrNull,
                    "entity": ["type": "object"],
                ],
            ],
            "subject": textOrNull,
            "summary": ["type": "string", "description": "The subject, else the beginning of the text."],
            "created_at": time, "due_at": time, "sent_at": timeOrNull, "delivered_at": timeOrNull,
            "settled_at": timeOrNull, "error": textOrNull, "provider": textOrNull,
            "sandbox": ["type": "boolean", "description": "Nothing left the house."], "broadcast_id": textOrNull,
            "expires_at": timeOrNull, "sent_by": textOrNull,
            "thread_id": [
                "type": ["string", "null"], "description": "Of an inbound message: the thread of its sender.",
            ],
            "content": object(
                [], ["subject": textOrNull, "html": textOrNull, "text": text, "icon": text, "action_url": text]),
            "attempts": [
                "type": "array",
                "items": object(
                    ["at", "provider", "outcome", "detail"],
                    [
                        "number": ["type": "integer"], "at": time, "ended_at": timeOrNull, "provider": text,
                        "outcome": [
                            "type": ["string", "null"],
                            "description":
                                "accepted, refused, deferred, skipped, not_handed_over, in_doubt; null while under way.",
                        ], "detail": text,
                    ]),
            ],
            "receipts": [
                "type": "array",
                "items": object(["at", "state"], ["at": time, "state": text, "detail": text]),
            ],
            "decisions": [
                "type": "array",
                "items": object(
                    ["at", "event"],
                    ["at": time, "event": words(["assume_sent", "retry", "retry_despite_doubt"]), "by": textOrNull]),
            ],
        ])

    private static let settings: JSONValue = [
        "type": "object",
        "description":
            "As the kind needs them. smtp: host, port, tls (none, starttls, implicit), username, password, from_address, from_name, reply_to, max_connections, rate_per_second, rate_per_minute, rate_per_day. Secrets are write-only and read as null.",
    ]

    private static let providerKind: JSONValue = [
        "type": "string",
        "description":
            "smtp, generic_http, sandbox or in_app. Requests may also use the earlier names http and in-app.",
    ]

    private static let providerRequest = object(
        [],
        [
            "delivery_channel": words(ProviderSection.all.map(\.channel.rawValue)), "kind": providerKind, "name": text,
            "default": flag, "enabled": flag, "settings": settings,
        ], closed: true)

    private static let provider = object(
        ["id", "delivery_channel", "kind", "name", "default", "enabled", "ready", "settings"],
        [
            "id": text, "delivery_channel": words(ProviderSection.all.map(\.channel.rawValue)), "kind": providerKind,
            "name": text, "default": flag, "enabled": flag, "ready": flag, "sandbox": flag, "trouble": textOrNull,
            "trouble_since": timeOrNull, "settings": settings, "created_at": time, "updated_at": time,
            "hooks": [
                "type": ["object", "null"], "properties": ["receipts": text, "inbound": text],
                "description": "Where the provider may send signed receipts and replies.",
            ],
        ])
}
