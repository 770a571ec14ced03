/// One request, complete: its body has been read and, if it is a form, taken apart.
public struct Request: Sendable {
    public var method: Method
    /// Percent-decoded, valid UTF-8, without NUL. May still hold `..` segments; nobody but the router interprets it.
    public var path: String
    /// The request target as sent.
    public var rawTarget: String
    public var query: Fields
    public var headers: Headers
    /// The peer's IP address in text.
    public var remoteAddress: String
    /// The body, unless it was a form that the site wants taken apart.
    public var body: [UInt8]
    /// The body, unless it was a form, where the site wants it as a file; `body` is then empty.
    public var bodyFile: UploadedFile?
    /// The fields of an urlencoded or multipart form.
    public var form: Fields
    /// The files of a multipart form.
    public var files: [UploadedFile]
    /// Set when the body could not be taken whole; `form`, `files` and `body` then hold only part of it.
    public var bodyProblem: BodyProblem?
    /// What the route's `{name}` segments matched.
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

    /// The cookies sent, by name. Reading parses the Cookie header; setting replaces it.
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

// Requests without a socket, for tests of what answers them.
extension Request {
    /// `Request(.get, "/app/x?y=1")`. A target that a server would refuse becomes the path as it is.
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
