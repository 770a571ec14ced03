import Messaging

/// Validated settings of a mail server.
struct SMTPSettings: Sendable, Hashable {
    typealias Security = SMTPServer.Security

    var host: String
    var port: Int
    var security: Security
    var username: String
    var password: String
    var from: EmailAddress
    var fromName: String
    var replyTo: EmailAddress?
    var maxConnections: Int
    var rates: RateLimits
    var verifiesCertificate: Bool
    var caFile: String

    static let fields: [SettingField] =
        [
            SettingField("host", "Server", .text, hint: "For instance smtp.example.org", isRequired: true),
            SettingField("port", "Port", .number, hint: "587 with STARTTLS, 465 with TLS from the start"),
            SettingField(
                "tls", "Encryption",
                .choice([.init("starttls", "STARTTLS"), .init("implicit", "TLS from the start"), .init("none", "None")]
                ),
                hint: "None is for a server on this computer or a trusted network", defaultValue: "starttls"),
            SettingField("username", "User name", .text),
            SettingField("password", "Password", .secret),
            SettingField("from_address", "From address", .emailAddress, isRequired: true),
            SettingField("from_name", "From name", .text, hint: "What receivers see as the sender"),
            SettingField("reply_to", "Reply to", .emailAddress, hint: "Where answers go; the from address when empty"),
            SettingField(
                "max_connections", "Connections", .number, hint: "How many at once, 1 to \(mostConnections)",
                defaultValue: "\(defaultConnections)"),
        ] + RateLimits.fields + [
            SettingField(
                "verify", "Check the server's certificate", .checkbox,
                hint: "Without it, others on the network can read the messages and the password", defaultValue: "true"),
            SettingField(
                "ca_file", "Certificate authority", .text,
                hint: "A PEM file on this computer, for a server with a certificate of your own"),
        ]

    static let defaultConnections = 4
    /// Maximum connections; each takes about 100 KB here, and no server allows this many from one sender.
    static let mostConnections = 200

    init(_ settings: ProviderSettings) throws(InvalidSettings) {
        var check = SettingsCheck(settings, fields: Self.fields)
        host = settings["host"]
        security = Security(rawValue: settings["tls"]) ?? .starttls
        let usualPort =
            switch security {
            case .implicit: 465
            case .starttls: 587
            case .none: 25
            }
        port = check.int("port", "Port", in: 1...65535, default: usualPort)
        username = settings["username"]
        password = settings["password"]
        let sender = check.mailbox("from_address", "From address")
        fromName = settings["from_name"]
        replyTo = check.mailbox("reply_to", "Reply to")
        maxConnections = check.int(
            "max_connections", "Connections", in: 1...Self.mostConnections, default: Self.defaultConnections)
        rates = check.rates()
        verifiesCertificate = check.flag("verify", default: true)
        caFile = settings["ca_file"]
        Self.checkTogether(&check, host: host, username: username, password: password, security: security)
        try check.throwIfAny()
        guard let sender else { throw InvalidSettings(["from_address": "From address is required."]) }
        from = sender
    }

    private static func checkTogether(
        _ check: inout SettingsCheck, host: String, username: String, password: String, security: Security
    ) {
        if !host.isEmpty && !isHostName(host) {
            check.refuse("host", "Server must be a host name or an address, without a scheme or a port.")
        }
        if username.isEmpty && !password.isEmpty {
            check.refuse("username", "A password needs a user name.")
        }
        if !username.isEmpty && password.isEmpty {
            check.refuse("password", "A user name needs a password.")
        }
        if security == .none && !password.isEmpty && !isLoopback(host) {
            check.refuse(
                "tls",
                "Without encryption the password could be read on the network. "
                    + "Choose STARTTLS or TLS from the start.")
        }
    }

    /// Letters (of any script: libcurl converts them to ASCII), digits, dots and hyphens, or an IPv6 address.
    static func isHostName(_ host: String) -> Bool {
        guard host.utf8.count <= 253 else { return false }
        if host.contains(":") { return host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." } }
        return host.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_" }
    }

    static func isLoopback(_ host: String) -> Bool {
        let name = host.lowercased()
        guard !name.hasPrefix("127.") else { return name.dropFirst(4).allSatisfy { $0.isNumber || $0 == "." } }
        return name == "localhost" || name.hasSuffix(".localhost") || name == "::1"
    }

    var server: SMTPServer {
        SMTPServer(
            host: host, port: port, security: security, username: username, password: password,
            greetingName: from.asciiDomain, maxConnections: maxConnections,
            verifiesCertificate: verifiesCertificate, caFile: caFile)
    }
}
