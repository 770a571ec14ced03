import Messaging

/// Validated settings of a custom gateway.
struct GenericHTTPSettings: Sendable, Hashable {
    var endpoint: HTTPEndpoint
    var token: String
    /// Verifies receipts and replies; `nil` rejects them all.
    var webhooks: StandardWebhooks?
    var from: String
    var recognisesKeys: Bool
    var timeLimit: Duration
    var maxConnections: Int
    var rates: RateLimits

    static let fields: [SettingField] =
        [
            SettingField(
                "url", "Address", .text, hint: "For instance https://gateway.example.org/messages", isRequired: true),
            SettingField("token", "Token", .secret, hint: "Sent as Authorization: Bearer; nothing is sent when empty"),
            SettingField(
                "webhook_secret", "Signing secret for receipts and replies", .secret,
                hint: "As whsec_ and 24 to 64 bytes in Base64 (Standard Webhooks); without it none are accepted. "
                    + "While you replace it, enter the new and the old one with a space between"),
            SettingField("from", "From", .text, hint: "The sender your gateway is to use, if it wants one"),
            SettingField(
                "recognises_keys", "The gateway recognises Idempotency-Key", .checkbox,
                hint: "A request repeated under the same key is answered like the first and sends nothing twice. "
                    + "Then a lost answer is asked for again instead of held as unknown", defaultValue: "false"),
            SettingField(
                "max_connections", "Connections", .number, hint: "Requests at once, 1 to \(mostConnections)",
                defaultValue: "\(defaultConnections)"),
        ] + RateLimits.fields + [
            SettingField(
                "timeout_seconds", "Time for an answer", .number, hint: "In seconds, 1 to 120", defaultValue: "30"),
            SettingField(
                "verify", "Check the server's certificate", .checkbox,
                hint: "Without it, others on the network can read the messages and the token", defaultValue: "true"),
            SettingField(
                "ca_file", "Certificate authority", .text,
                hint: "A PEM file on this computer, for a server with a certificate of your own"),
        ]

    static let defaultConnections = 8
    static let mostConnections = 200
    static let longestText = 400

    init(_ settings: ProviderSettings) throws(InvalidSettings) {
        var check = SettingsCheck(settings, fields: Self.fields)
        if !settings["url"].isEmpty, let problem = HTTPEndpoint.problem(with: settings["url"]) {
            check.refuse("url", "Address \(problem)")
        }
        endpoint = HTTPEndpoint(url: settings["url"])
        endpoint.verifiesCertificate = check.flag("verify", default: true)
        endpoint.caFile = settings["ca_file"]
        token = settings["token"]
        let secret = settings["webhook_secret"]
        webhooks = StandardWebhooks(secret: secret)
        if !secret.isEmpty, webhooks == nil {
            check.refuse("webhook_secret", "Signing secret must be whsec_ and 24 to 64 bytes in Base64.")
        }
        from = settings["from"]
        recognisesKeys = check.flag("recognises_keys", default: false)
        maxConnections = check.int(
            "max_connections", "Connections", in: 1...Self.mostConnections, default: Self.defaultConnections)
        rates = check.rates()
        timeLimit = .seconds(check.int("timeout_seconds", "Time for an answer", in: 1...120, default: 30))
        Self.checkTogether(&check, endpoint: endpoint, token: token, from: from)
        try check.throwIfAny()
    }

    private static func checkTogether(
        _ check: inout SettingsCheck, endpoint: HTTPEndpoint, token: String, from: String
    ) {
        if !token.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) || token.utf8.count > longestText {
            check.refuse("token", "Token must be printable characters without spaces, at most \(longestText).")
        }
        if from.utf8.count > longestText {
            check.refuse("from", "From must be at most \(longestText) characters long.")
        }
        if !token.isEmpty, !endpoint.isEncrypted, !SMTPSettings.isLoopback(endpoint.host) {
            check.refuse(
                "url",
                "Without encryption the token could be read on the network. Use an address that begins "
                    + "with https.")
        }
    }
}
