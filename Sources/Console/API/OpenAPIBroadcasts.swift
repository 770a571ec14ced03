import Messaging

/// Bulk broadcasts and the overview in the description of the API.
enum OpenAPIBroadcasts {
    static let paths: [(String, JSONValue)] = [
        ("/api/v1/broadcasts", ["get": list, "post": create]),
        ("/api/v1/broadcasts/{id}", ["get": read, "patch": change, "delete": delete]),
        ("/api/v1/broadcasts/{id}/receivers", ["get": receivers, "post": addReceivers]),
        ("/api/v1/broadcasts/{id}/receivers/{receiver}", ["delete": removeReceiver]),
        ("/api/v1/broadcasts/{id}/preflight", ["get": preflight]),
        ("/api/v1/broadcasts/{id}/stats", ["get": stats]),
        (
            path("publish"),
            ["post": publish]
        ),
        (path("schedule"), ["post": schedule]),
        (path("unschedule"), ["post": action("unscheduleBroadcast", "Back to draft, before anything left.")]),
        (path("pause"), ["post": action("pauseBroadcast", "Nothing more leaves until it is resumed.")]),
        (path("resume"), ["post": action("resumeBroadcast", "Go on with exactly the rest.")]),
        (path("cancel"), ["post": action("cancelBroadcast", "What is pending is cancelled.", goesOn: true)]),
        (
            path("resend-failed"),
            ["post": action("resendFailed", "Send every failed message again, and no other.", goesOn: true)]
        ),
        (
            path("retry-unknown"),
            [
                "post": action(
                    "retryUnknown", "Send every unknown message again; some may then arrive twice.", goesOn: true)
            ]
        ),
        (path("assume-sent"), ["post": action("assumeSent", "Take every unknown message for sent.", goesOn: true)]),
        (path("duplicate"), ["post": duplicate]),
        ("/api/v1/overview", ["get": overview]),
    ]

    private static func path(_ action: String) -> String { "/api/v1/broadcasts/{id}/\(action)" }
    private static func takes(_ verb: String) -> JSONValue {
        .string("Takes communication:bulk_communications:\(verb):all.")
    }
    private static let receiver: JSONValue = [
        "name": "receiver", "in": "path", "required": true, "schema": ["type": "string"],
    ]
    private static let written = ["400", "401", "403", "404", "409", "413", "415", "422"]

    private static let list: JSONValue = [
        "operationId": "listBroadcasts", "summary": "Bulk broadcasts, the newest first", "description": takes("read"),
        "parameters": .list(
            [
                OpenAPI.query("status", "draft, scheduled, publishing, published, paused or cancelled"),
                OpenAPI.query("q", "Part of the name or of the template's."),
            ] + OpenAPI.paging),
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("A page.", "BroadcastList"))], problems: ["401", "403", "422"]),
    ]
    private static let create: JSONValue = [
        "operationId": "createBroadcast", "summary": "Make a draft",
        "description":
            "From an active template, or with content of its own. Takes communication:bulk_communications:create:all.",
        "requestBody": OpenAPI.body("BroadcastRequest"),
        "responses": OpenAPI.responses(
            [("201", OpenAPI.content("Made.", "Broadcast"))], problems: ["400", "401", "403", "413", "415", "422"]),
    ]
    private static let read: JSONValue = [
        "operationId": "readBroadcast", "summary": "One broadcast", "description": takes("read"),
        "parameters": [OpenAPI.id],
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("It.", "Broadcast"))], problems: ["401", "403", "404"]),
    ]
    private static let change: JSONValue = [
        "operationId": "changeBroadcast", "summary": "Change a draft",
        "description":
            "What is not named stays. With the version that was read, a change that came between answers 409. Takes communication:bulk_communications:update:all.",
        "parameters": [OpenAPI.id], "requestBody": OpenAPI.body("BroadcastRequest"),
        "responses": OpenAPI.responses([("200", OpenAPI.content("Changed.", "Broadcast"))], problems: written),
    ]
    private static let delete: JSONValue = [
        "operationId": "deleteBroadcast", "summary": "Delete a draft", "description": takes("delete"),
        "parameters": [OpenAPI.id],
        "responses": OpenAPI.responses(
            [("204", ["description": "Deleted."])], problems: ["401", "403", "404", "409"]),
    ]

    private static let receivers: JSONValue = [
        "operationId": "listReceivers", "summary": "Receivers and what became of their messages",
        "description": takes("read"),
        "parameters": .list(
            [
                OpenAPI.id, OpenAPI.query("status", "Only with a message in one of these, with commas."),
                OpenAPI.query("delivery_channel", "Only messages of this one."),
                OpenAPI.query("q", "Part of a name or an address."),
            ] + OpenAPI.paging),
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("A page.", "ReceiverList"))], problems: ["401", "403", "404", "422"]),
    ]
    private static let addReceivers: JSONValue = [
        "operationId": "addReceivers", "summary": "Add receivers to a draft",
        "description":
            "From channels, from a search of the directory, or named here; one who is there already is merged. Up to 10,000 are there when this answers 200; of more, the rest follows (202, and “adding” in the stats). Takes communication:bulk_communications:update:all, and communication:channels:read:all for channels.",
        "parameters": [OpenAPI.id], "requestBody": OpenAPI.body("ReceiversRequest"),
        "responses": OpenAPI.responses(
            [
                ("200", OpenAPI.content("All receivers were added.", "ReceiversAdded")),
                ("202", OpenAPI.content("More are being added.", "ReceiversAdded")),
            ], problems: written),
    ]
    private static let removeReceiver: JSONValue = [
        "operationId": "removeReceiver", "summary": "Remove a receiver from a draft", "description": takes("update"),
        "parameters": [OpenAPI.id, receiver],
        "responses": OpenAPI.responses(
            [("204", ["description": "Removed."])], problems: ["401", "403", "404", "409"]),
    ]

    private static let preflight: JSONValue = [
        "operationId": "preflightBroadcast", "summary": "What would go wrong or be left out",
        "description": takes("read"), "parameters": [OpenAPI.id],
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("The findings, the gravest first.", "Preflight"))],
            problems: ["401", "403", "404", "409"]),
    ]
    private static let stats: JSONValue = [
        "operationId": "broadcastStats", "summary": "The books: where each planned message stands",
        "description": takes("read"), "parameters": [OpenAPI.id],
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("As they stand now.", "BroadcastStats"))], problems: ["401", "403", "404"]),
    ]
    private static let publish: JSONValue = [
        "operationId": "publishBroadcast", "summary": "Send it now. A second call answers 409.",
        "description": .string(
            "Takes communication:bulk_communications:update:all. `version` and `receivers` say what the caller saw: "
                + "when the broadcast or its number of receivers has changed since, the answer is 409."),
        "parameters": [OpenAPI.id],
        "requestBody": ["content": ["application/json": ["schema": OpenAPI.reference("PublishRequest")]]],
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("As it stands now.", "Broadcast"))],
            problems: ["400", "401", "403", "404", "409", "413", "415", "422"]),
    ]
    private static let schedule: JSONValue = [
        "operationId": "scheduleBroadcast", "summary": "Send it at a time, 60 seconds to a year ahead",
        "description": takes("update"), "parameters": [OpenAPI.id], "requestBody": OpenAPI.body("ScheduleRequest"),
        "responses": OpenAPI.responses([("200", OpenAPI.content("Scheduled.", "Broadcast"))], problems: written),
    ]
    private static let duplicate: JSONValue = [
        "operationId": "duplicateBroadcast", "summary": "A new draft with the same texts and receivers",
        "description": takes("create"), "parameters": [OpenAPI.id],
        "requestBody": ["content": ["application/json": ["schema": OpenAPI.reference("DuplicateRequest")]]],
        "responses": OpenAPI.responses(
            [("201", OpenAPI.content("The draft.", "Broadcast"))],
            problems: ["400", "401", "403", "404", "413", "415", "422"]),
    ]

    private static func action(
        _ name: String, _ words: String, goesOn: Bool = false, unprocessable: Bool = false
    ) -> JSONValue {
        var own = [("200", OpenAPI.content("As it stands now.", "Broadcast"))]
        if goesOn { own.append(("202", OpenAPI.content("The rest of the messages follows.", "Broadcast"))) }
        return [
            "operationId": .string(name), "summary": .string(words), "description": takes("update"),
            "parameters": [OpenAPI.id],
            "responses": OpenAPI.responses(
                own, problems: ["400", "401", "403", "404", "409"] + (unprocessable ? ["422"] : [])),
        ]
    }

    private static let overview: JSONValue = [
        "operationId": "overview", "summary": "What can be delivered now, what waits, what went out",
        "description": "Takes any permission that shows the Communications menu.",
        "responses": OpenAPI.responses(
            [("200", OpenAPI.content("As it stands now.", "Overview"))], problems: ["401", "403", "422"]),
    ]
}

/// Their shapes.
enum OpenAPIBroadcastSchemas {
    static let all: [(String, JSONValue)] = [
        ("BroadcastRequest", request), ("Broadcast", broadcast), ("BroadcastList", list(of: "Broadcast")),
        ("BroadcastStats", stats), ("ReceiversRequest", receiversRequest), ("ReceiversAdded", receiversAdded),
        ("Receiver", receiver), ("ReceiverList", list(of: "Receiver")), ("Preflight", preflight),
        ("PublishRequest", object([], ["version": number, "receivers": number], closed: true)),
        (
            "ScheduleRequest",
            object(["send_at"], ["send_at": time, "version": number, "receivers": number], closed: true)
        ),
        ("DuplicateRequest", object([], ["name": text], closed: true)), ("Overview", overview),
    ]

    private static let text: JSONValue = ["type": "string"]
    private static let textOrNull: JSONValue = ["type": ["string", "null"]]
    private static let number: JSONValue = ["type": "integer"]
    private static let flag: JSONValue = ["type": "boolean"]
    private static let time: JSONValue = ["type": "string", "format": "date-time"]
    private static let timeOrNull: JSONValue = ["type": ["string", "null"], "format": "date-time"]

    private static func object(_ required: [String], _ properties: JSONValue, closed: Bool = false) -> JSONValue {
        var object: JSONObject = ["type": "object", "properties": properties]
        if !required.isEmpty { object.append("required", .list(required.map(JSONValue.string))) }
        if closed { object.append("additionalProperties", false) }
        return .object(object)
    }
    private static func array(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }
    private static func list(of schema: String) -> JSONValue {
        object(["items", "next"], ["items": array(OpenAPI.reference(schema)), "next": textOrNull])
    }
    private static func words(_ values: [String]) -> JSONValue {
        ["type": "string", "enum": .list(values.map(JSONValue.string))]
    }

    private static let channels = array(words(DeliveryChannel.composable.map(\.rawValue)))
    private static let unknown = words(["hold", "resend"])
    private static let notification: JSONValue = [
        "type": ["object", "null"],
        "properties": ["title": text, "body": text, "icon": text, "action_url": text],
    ]
    private static let content = object(
        [],
        [
            "email": ["type": ["object", "null"], "properties": ["subject": text, "html": text]],
            "sms": ["type": ["object", "null"], "properties": ["text": text]],
            "whatsapp": ["type": ["object", "null"], "properties": ["text": text]],
            "push": notification, "in_app": notification,
        ], closed: true)

    private static let request = object(
        [],
        [
            "name": ["type": "string", "maxLength": JSONValue(BroadcastsAPI.nameLimit)],
            "template_id": ["type": "string", "description": "An active template, in place of content."],
            "content": content, "delivery_channels": channels, "when_unknown": unknown, "expires_at": timeOrNull,
            "version": number,
        ], closed: true)

    private static let messages: JSONValue = {
        var counts: JSONObject = ["planned": number]
        for status in MessageStatus.outbound { counts.append(status.rawValue, number) }
        return object(["planned"] + MessageStatus.outbound.map(\.rawValue), .object(counts))
    }()
    private static let adding: JSONValue = [
        "type": ["object", "null"], "description": "While receivers are being added.",
        "properties": ["done": number, "total": ["type": ["integer", "null"]]],
    ]
    private static let status = words(["draft", "scheduled", "publishing", "published", "paused", "cancelled"])

    private static let broadcast = object(
        ["id", "name", "status", "delivery_channels", "receivers", "messages"],
        [
            "id": text, "name": text, "status": status, "template_id": textOrNull, "template": textOrNull,
            "delivery_channels": channels, "when_unknown": unknown, "priority": text, "receivers": number,
            "version": number, "send_at": timeOrNull, "expires_at": timeOrNull, "created_at": time, "updated_at": time,
            "created_by": textOrNull,
            "updated_by": textOrNull, "content": ["type": ["object", "null"]], "adding": adding, "messages": messages,
        ])
    private static let stats = object(
        ["status", "receivers", "adding", "messages"],
        ["status": status, "receivers": number, "adding": adding, "messages": messages])

    private static let entity = object(
        ["kind", "external_id"], ["kind": words(EntityKind.allCases.map(\.rawValue)), "external_id": text])
    private static let receiversRequest = object(
        [],
        [
            "channels": array(text),
            "search": object(
                ["kind"],
                [
                    "kind": words(EntityKind.allCases.map(\.rawValue)), "q": text,
                    "filters": array(object(["field", "value"], ["field": text, "value": text], closed: true)),
                ], closed: true),
            "people": [
                "type": "array", "maxItems": JSONValue(ReceiversRequest.mostPeople),
                "items": object(
                    [],
                    [
                        "first_name": text, "last_name": text, "email": text, "mobile": text, "device": text,
                        "variables": ["type": "object"], "entity": entity,
                    ], closed: true),
            ],
        ], closed: true)
    private static let receiversAdded = object(
        ["added", "merged"], ["added": number, "merged": number, "adding": adding])
    private static let receiver = object(
        ["id", "messages"],
        [
            "id": text, "first_name": textOrNull, "last_name": textOrNull, "email": textOrNull, "mobile": textOrNull,
            "device": ["type": ["string", "null"], "description": "Given, or where push would go now."],
            "origin": words(["manual", "channel", "search", "api", "automation"]),
            "channel": ["type": ["object", "null"]], "entity": ["type": ["object", "null"]],
            "messages": array(
                object(
                    ["id", "delivery_channel", "status", "error"],
                    [
                        "id": text, "delivery_channel": text, "status": text, "error": textOrNull, "attempts": number,
                        "sent_at": timeOrNull,
                    ])),
        ])

    private static let preflight = object(
        ["may_be_sent", "findings"],
        [
            "may_be_sent": flag,
            "findings": array(
                object(
                    ["severity", "kind", "title"],
                    [
                        "severity": words(["blocking", "warning", "info"]), "kind": text,
                        "delivery_channel": textOrNull, "about": textOrNull, "title": text, "detail": textOrNull,
                        "count": ["type": "integer", "description": "Receivers concerned."],
                        "examples": array(object([], ["receiver_id": text, "name": text])),
                    ])),
        ])

    private static let overview = object(
        ["delivery_channels", "queue", "messages", "days"],
        [
            "delivery_channels": array(
                object(
                    ["delivery_channel", "state", "ready"],
                    [
                        "delivery_channel": text, "state": words(["ready", "sandbox", "troubled", "missing"]),
                        "ready": flag, "provider": textOrNull, "from": textOrNull, "reason": text,
                    ])),
            "queue": object(
                [],
                [
                    "pending": number, "sending": number, "oldest_due": timeOrNull, "scheduled_broadcasts": number,
                ]),
            "messages": ["type": "object", "additionalProperties": number],
            "days": array(object([], ["date": text, "sent": number, "failed": number])),
        ])
}
