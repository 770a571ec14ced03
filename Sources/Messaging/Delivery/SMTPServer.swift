/// Address and credentials of a mail server.
public struct SMTPServer: Sendable, Hashable {
    public enum Security: String, Sendable { case none, starttls, implicit }

    /// Host name, or IPv4 or IPv6 address without brackets.
    public var host: String
    public var port: Int
    public var security: Security
    /// Empty disables authentication.
    public var username: String
    public var password: String
    /// Name sent in EHLO: the sender's domain, which the receiving side can resolve.
    public var greetingName: String
    public var maxConnections: Int
    public var verifiesCertificate: Bool
    /// Path of a PEM file; empty for the system's authorities.
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

    /// URL for libcurl; the path is the EHLO name.
    public var url: String {
        let scheme = security == .implicit ? "smtps" : "smtp"
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(name):\(port)/\(greetingName)"
    }

    /// Host and port for messages to users.
    public var endpoint: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
