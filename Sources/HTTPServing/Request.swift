/// A complete request: its body has been read and, if it is a form, parsed.
public struct Request: Sendable {
    public var method: Method
    /// Percent-decoded, valid UTF-8, without NUL. May contain `..` segments; only the router interprets it.
    public var path: String
    /// Request target as sent.
    public var rawTarget: String
    public var query: Fields
    public var headers: Headers
    /// Peer's IP address.
    public var remoteAddress: String
    /// Body; empty if it was parsed as a form.
    public var body: [UInt8]
    /// Non-form body as a file, if the site requested that; `body` is then empty.
    public var bodyFile: UploadedFile?
    /// Fields of an urlencoded or multipart form.
    public var form: Fields
    /// Files of a multipart form.
    public var files: [UploadedFile]
    /// Set if the body could not be read completely; `form`, `files` and `body` then hold only part of it.
    public var bodyProblem: BodyProblem?
    /// Values matched by the route's `{name}` segments.
    public var parameters: [String: String]

    public init(
        method: Method, path: String, query: Fields = Fields(), headers: Headers = Headers(), body: [UInt8] = [],
        form: Fields = Fields(), remoteAddress: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.rawTarget = path
        self.query = query
        self.headers = headers
        self.body = body
        self.form = form
        self.remoteAddress = remoteAddress
        files = []
        bodyProblem = nil
        parameters = [:]
    }

    /// Cookies by name. Reading parses the Cookie header; setting replaces it.
    public var cookies: [String: String] {
        get { headers["Cookie"].map(Cookie.parse(header:)) ?? [:] }
        set {
            let pairs = newValue.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            headers["Cookie"] = pairs.isEmpty ? nil : pairs.joined(separator: "; ")
        }
    }

    public var head: RequestHead {
        RequestHead(method: method, path: path, headers: headers, remoteAddress: remoteAddress)
    }
}

// Requests without a socket, for tests of handlers.
extension Request {
    /// `Request(.get, "/app/x?y=1")`. A target that a server would reject becomes the path unchanged.
    public init(_ method: Method, _ target: String, headers: Headers = Headers()) {
        let parsed = RequestTarget(target)
        self.init(method: method, path: parsed?.path ?? target, query: parsed?.query ?? Fields(), headers: headers)
        rawTarget = target
    }

    /// `Request(.post, "/login", form: [("email", "ada@example.com")])`
    public init(_ method: Method, _ target: String, form: [(String, String)], headers: Headers = Headers()) {
        self.init(method, target, headers: headers)
        self.headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.form = Fields(form)
    }

    /// `Request(.post, "/api/messages", json: "{…}")`
    public init(_ method: Method, _ target: String, json: String, headers: Headers = Headers()) {
        self.init(method, target, headers: headers)
        self.headers["Content-Type"] = "application/json"
        body = Array(json.utf8)
    }
}
