/// Where and how a mail server is reached.
public struct SMTPServer: Sendable, Hashable {
    public enum Security: String, Sendable { case none, starttls, implicit }

    /// A name, or an IPv4 or IPv6 address without brackets.
    public var host: String
    public var port: Int
    public var security: Security
    /// Empty: no login.
    public var username: String
    public var password: String
    /// The name we give in EHLO: the sender's domain, which the receiving side can look up.
    public var greetingName: String
    public var maxConnections: Int
    public var verifiesCertificate: Bool
    /// A PEM file; empty: the system's authorities.
    public var caFile: String

    public init(
        host: String, port: Int, security: Security, username: String, password: String, greetingName: String,
        maxConnections: Int, verifiesCertificate: Bool, caFile: String
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.username = username
        self.password = password
        self.greetingName = greetingName
        self.maxConnections = maxConnections
        self.verifiesCertificate = verifiesCertificate
        self.caFile = caFile
    }

    /// As libcurl reads it; the path is the EHLO name.
    public var url: String {
        let scheme = security == .implicit ? "smtps" : "smtp"
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(name):\(port)/\(greetingName)"
    }

    /// For messages to people.
    public var endpoint: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
