/// What goes back to the client. Content-Length, Transfer-Encoding and Date are the server's own.
public struct Response: Sendable {
    /// 200 to 599; anything else is answered as 500.
    public var status: Int
    public var headers: Headers
    public var body: Body

    public enum Body: Sendable {
        case empty
        case bytes([UInt8])
        /// Sent straight from the file. `size` bytes from its start.
        case file(path: String, size: Int)
        /// Asked for the next piece until it returns nil; an empty one says "not yet" and lets others be served. After it throws it is never asked again, and the connection
        /// is cut so that the client sees the answer is not whole. Runs on the thread that serves the connection.
        case stream(@Sendable () throws -> [UInt8]?)
    }

    public init(status: Int = 200, headers: Headers = Headers(), body: Body = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    public static func html(_ text: String, status: Int = 200) -> Response {
        typed("text/html; charset=utf-8", Array(text.utf8), status)
    }

    public static func text(_ text: String, status: Int = 200) -> Response {
        typed("text/plain; charset=utf-8", Array(text.utf8), status)
    }

    public static func json(_ bytes: [UInt8], status: Int = 200) -> Response {
        typed("application/json", bytes, status)
    }

    /// 303 by default: whatever was posted, the browser goes on with a GET.
    public static func redirect(_ location: String, status: Int = 303) -> Response {
        Response(status: status, headers: Headers([("Location", location)]))
    }

    public static var noContent: Response { Response(status: 204) }

    public mutating func setCookie(_ cookie: Cookie) {
        headers.add("Set-Cookie", cookie.headerValue)
    }

    private static func typed(_ contentType: String, _ bytes: [UInt8], _ status: Int) -> Response {
        Response(status: status, headers: Headers([("Content-Type", contentType)]), body: .bytes(bytes))
    }
}

/// A handler's answer: at once, or by work that must not hold the thread other connections are served on.
public enum Reply: Sendable {
    case now(Response)
    /// The connection waits; the work runs on one of the server's own background threads.
    case later(@Sendable () -> Response)
    /// The connection waits; the work is short and mostly waits itself, for the disk. It has many threads, so that
    /// those who wait for the same disk wait together.
    case waiting(@Sendable () -> Response)
}
