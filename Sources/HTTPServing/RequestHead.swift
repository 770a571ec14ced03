/// A request as far as its headers tell, before any of its body was read.
public struct RequestHead: Sendable {
    public var method: Method
    /// Percent-decoded; as received where it could not be decoded.
    public var path: String
    public var headers: Headers
    /// The peer's IP address in text.
    public var remoteAddress: String

    public init(method: Method, path: String, headers: Headers = Headers(), remoteAddress: String = "127.0.0.1") {
        self.method = method
        self.path = path
        self.headers = headers
        self.remoteAddress = remoteAddress
    }
}
