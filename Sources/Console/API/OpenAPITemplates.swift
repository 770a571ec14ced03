import Messaging

/// The calls for channels, templates, wrappers and mail templates.
enum OpenAPITemplates {
    /// The five calls of a kind of record: what the collection and what one of them answer.
    private struct Resource {
        /// As in `Channel`; the request is `ChannelRequest`.
        var schema: String
        var one: String
        var permissions: String
        var filters: [JSONValue] = []
        var deleteConflict = true

        private var words: JSONValue { .string("Takes communication:\(permissions):…:all.") }
        private func id(_ verb: String) -> JSONValue { .string(verb + schema) }

        var collection: JSONValue {
            [
                "get": [
                    "operationId": id("list"), "summary": .string("All, a page at a time"), "description": words,
                    "parameters": .list(filters + OpenAPI.paging),
                    "responses": OpenAPI.responses(
                        [("200", OpenAPI.content("A page.", schema + "List"))], problems: ["401", "403", "422"]),
                ],
                "post": [
                    "operationId": id("create"), "summary": .string("Add a \(one)"), "description": words,
                    "requestBody": OpenAPI.body(schema + "Request"),
                    "responses": OpenAPI.responses(
                        [("201", OpenAPI.content("Added.", schema))],
                        problems: ["400", "401", "403", "413", "415", "422"]),
                ],
            ]
        }

        var single: JSONValue {
            [
                "get": [
                    "operationId": id("read"), "summary": .string("One \(one)"), "description": words,
                    "parameters": [OpenAPI.id],
                    "responses": OpenAPI.responses(
                        [("200", OpenAPI.content("It.", schema))], problems: ["401", "403", "404"]),
                ],
                "patch": [
                    "operationId": id("change"), "summary": .string("Change a \(one)"),
                    "description":
                        "What is not named stays. With the version that was read, a change that came between answers 409.",
                    "parameters": [OpenAPI.id], "requestBody": OpenAPI.body(schema + "Request"),
                    "responses": OpenAPI.responses(
                        [("200", OpenAPI.content("Changed.", schema))],
                        problems: ["400", "401", "403", "404", "409", "413", "415", "422"]),
                ],
                "delete": [
                    "operationId": id("delete"), "summary": .string("Delete a \(one)"), "description": words,
                    "parameters": [OpenAPI.id],
                    "responses": OpenAPI.responses(
                        [("204", ["description": "Deleted."])], problems: ["401", "403", "404", "409"]),
                ],
            ]
        }
    }

    private static let channels = Resource(
        schema: "Channel", one: "channel", permissions: "channels",
        filters: [OpenAPI.query("q", "Part of a name.")])
    private static let templates = Resource(
        schema: "Template", one: "message template", permissions: "message_templates",
        filters: [
            OpenAPI.query("q", "Part of a name."), OpenAPI.query("active", "true or false"),
            OpenAPI.query("delivery_channel", "Only those with content for it."),
        ])
    private static let wrappers = Resource(
        schema: "Wrapper", one: "wrapper", permissions: "email_wrapper_templates")
    private static let mailTemplates = Resource(
        schema: "MailTemplate", one: "mail template", permissions: "mail_templates")

    private static let subscribers: JSONValue = [
        "get": [
            "operationId": "listSubscribers", "summary": "Who is in the channel",
            "description": "Takes communication:channels:read:all.", "parameters": .list([OpenAPI.id] + OpenAPI.paging),
            "responses": OpenAPI.responses(
                [("200", OpenAPI.content("A page.", "SubscriberList"))], problems: ["401", "403", "404", "422"]),
        ],
        "post": [
            "operationId": "addSubscriber", "summary": "Add a subscriber, or many",
            "description":
                "Ad hoc, or a record of the directory. An existing subscriber answers 409. NDJSON, one object a line and at most 64 MB, adds every valid line and counts existing subscribers. Takes communication:channels:update:all.",
            "parameters": [OpenAPI.id],
            "requestBody": [
                "required": true,
                "content": [
                    "application/json": ["schema": OpenAPI.reference("SubscriberRequest")],
                    "application/x-ndjson": ["schema": OpenAPI.reference("SubscriberRequest")],
                ],
            ],
            "responses": OpenAPI.responses(
                [
                    ("201", OpenAPI.content("Added.", "Subscriber")),
                    ("200", OpenAPI.content("Which lines were imported, and which were rejected.", "SubscriberTally")),
                ],
                problems: ["400", "401", "403", "404", "409", "413", "415", "422"]),
        ],
    ]
    private static let subscriber: JSONValue = [
        "delete": [
            "operationId": "removeSubscriber", "summary": "Remove a subscriber",
            "description": "Takes communication:channels:update:all.",
            "parameters": [
                OpenAPI.id, ["name": "subscriber", "in": "path", "required": true, "schema": ["type": "string"]],
            ],
            "responses": OpenAPI.responses(
                [("204", ["description": "Removed."])], problems: ["401", "403", "404"]),
        ]
    ]

    static let paths: [(String, JSONValue)] = [
        ("/api/v1/channels", channels.collection), ("/api/v1/channels/{id}", channels.single),
        ("/api/v1/channels/{id}/subscribers", subscribers),
        ("/api/v1/channels/{id}/subscribers/{subscriber}", subscriber),
        ("/api/v1/templates", templates.collection), ("/api/v1/templates/{id}", templates.single),
        ("/api/v1/wrappers", wrappers.collection), ("/api/v1/wrappers/{id}", wrappers.single),
        ("/api/v1/mail-templates", mailTemplates.collection),
        ("/api/v1/mail-templates/{id}", mailTemplates.single),
    ]
}

/// Their shapes.
enum OpenAPITemplateSchemas {
    private static let text: JSONValue = ["type": "string"]
    private static let textOrNull: JSONValue = ["type": ["string", "null"]]
    private static let time: JSONValue = ["type": "string", "format": "date-time"]
    private static let version: JSONValue = ["type": "integer"]
    private static let texts: JSONValue = ["type": "array", "items": ["type": "string"]]

    private static func object(_ members: [(String, JSONValue)], required: [String] = []) -> JSONValue {
        var properties = JSONObject()
        for (name, schema) in members { properties.append(name, schema) }
        var object: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { object.append("required", .list(required.map(JSONValue.string))) }
        return .object(object)
    }

    private static func list(of schema: String) -> JSONValue {
        object(
            [("items", ["type": "array", "items": OpenAPI.reference(schema)]), ("next", textOrNull)],
            required: ["items", "next"])
    }

    private static let stored: [(String, JSONValue)] = [("id", text), ("created_at", time), ("updated_at", time)]

    private static let channel: [(String, JSONValue)] = [("name", text), ("description", text)]
    private static let entity = object(
        [("kind", text), ("external_id", text)], required: ["kind", "external_id"])
    private static let subscriber: [(String, JSONValue)] = [
        ("first_name", textOrNull), ("last_name", textOrNull), ("email", textOrNull), ("mobile", textOrNull),
    ]
    private static let colours: JSONValue = [
        "type": "object",
        "description":
            "header_background, header_text, body_background, body_text, content_background, content_text, footer_background, footer_text; as in #1d4ed8, or null.",
    ]
    private static let wrapper: [(String, JSONValue)] = [
        ("name", text), ("html", ["type": "string", "description": "With {{content}} in it, once."]),
        ("header_html", text), ("footer_html", text), ("colours", colours), ("default", ["type": "boolean"]),
        ("version", version),
    ]
    private static let mailTemplate: [(String, JSONValue)] = [
        ("name", text), ("header_html", text), ("footer_html", text), ("version", version),
    ]
    private static let notification: JSONValue = [
        "type": ["object", "null"], "properties": ["title": text, "body": text, "icon": text, "action_url": text],
    ]
    private static let template: [(String, JSONValue)] = [
        ("name", text), ("priority", ["type": "string", "enum": ["low", "normal", "high", "urgent"]]),
        ("active", ["type": "boolean"]),
        ("wrapper_id", ["type": ["string", "null"], "description": "An id, default or none."]),
        ("mail_template_id", textOrNull), ("variables", texts),
        (
            "email",
            [
                "type": ["object", "null"],
                "properties": ["subject": text, "html": text, "provider_id": textOrNull],
            ]
        ), ("sms", ["type": ["object", "null"], "properties": ["text": text, "provider_id": textOrNull]]),
        (
            "whatsapp",
            [
                "type": ["object", "null"],
                "properties": [
                    "text": text, "provider_id": textOrNull, "provider_template": text, "language": text,
                    "parameters": texts,
                ],
            ]
        ), ("push", notification), ("in_app", notification), ("version", version),
    ]

    static let all: [(String, JSONValue)] = [
        ("ChannelRequest", object(channel)), ("Channel", object(stored + channel + [("subscribers", version)])),
        ("ChannelList", list(of: "Channel")), ("SubscriberRequest", object(subscriber + [("entity", entity)])),
        (
            "Subscriber",
            object([("id", text), ("created_at", time), ("entity", ["type": ["object", "null"]])] + subscriber)
        ),
        ("SubscriberList", list(of: "Subscriber")), ("WrapperRequest", object(wrapper)),
        ("Wrapper", object(stored + wrapper)), ("WrapperList", list(of: "Wrapper")),
        ("MailTemplateRequest", object(mailTemplate)), ("MailTemplate", object(stored + mailTemplate)),
        ("MailTemplateList", list(of: "MailTemplate")), ("TemplateRequest", object(template)),
        (
            "Template",
            object(stored + template + [("found_variables", texts), ("delivery_channels", texts)])
        ), ("TemplateList", list(of: "Template")),
    ]
}

extension JSONValue {
    /// An object with more members behind its own.
    func adding(_ more: [(String, JSONValue)]) -> JSONValue {
        guard case .object(var object) = self else { return self }
        for (name, value) in more { object.append(name, value) }
        return .object(object)
    }
}
