/// Request line and headers, before the body is read.
public struct RequestHead: Sendable {
    public var method: Method
    /// Percent-decoded; as received if it could not be decoded.
    public var path: String
    public var headers: Headers
    /// Peer's IP address.
    public var remoteAddress: String

    public init(method: Method, path: String, headers: Headers = Headers(), remoteAddress: String = "127.0.0.1") {
        self.method = method
        self.path = path
        self.headers = headers
        self.remoteAddress = remoteAddress
    }
}
