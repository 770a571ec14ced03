/// HTTP response. The server adds Content-Length, Transfer-Encoding and Date.
public struct Response: Sendable {
    /// 200 to 599; any other value is sent as 500.
    public var status: Int
    public var headers: Headers
    public var body: Body

    public enum Body: Sendable {
        case empty
        case bytes([UInt8])
        /// Sends the first `size` bytes of a file, without loading it.
        case file(path: String, size: Int)
        /// Called for the next chunk until it returns nil; an empty chunk means "not yet" and lets other connections be
        /// served. If it throws, it is not called again and the connection is cut, so that the client sees that the
        /// response is incomplete. Runs on the thread that serves the connection.
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

    /// 303 by default, so that the browser continues with a GET after a POST.
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

/// A handler's reply: immediate, or computed on another thread without blocking other connections.
public enum Reply: Sendable {
    case now(Response)
    /// Suspends the connection and computes the response on a background thread of the server.
    case later(@Sendable () -> Response)
    /// Suspends the connection for short work that mostly waits for the disk. Uses many threads, so that those waiting
    /// for the same disk write wait together.
    case waiting(@Sendable () -> Response)
}
