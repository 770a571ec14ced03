/// One HTTP request that carries a message (RFC 9110).
public struct HTTPTransfer: Sendable, Hashable {
    public var method: String
    public var url: String
    public var headers: [HTTPHeader]
    public var body: MessageBody
    /// For the whole exchange, connecting included.
    public var timeLimit: Duration

    public init(
        method: String = "POST", url: String, headers: [HTTPHeader] = [], body: MessageBody,
        timeLimit: Duration = .seconds(30)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeLimit = timeLimit
    }
}

public struct HTTPHeader: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// A line break in either would begin a header of somebody else's (RFC 9110 section 5.5).
    public var isOneLine: Bool {
        !name.isEmpty && (name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") })
            && value.utf8.allSatisfy { $0 >= 32 && $0 != 127 }
    }
}

/// What came back: the head whole, the body as far as it came and is kept.
public struct HTTPResponse: Sendable, Hashable {
    public var status: Int
    /// The words behind the status, where the server gave any.
    public var reason: String
    public var headers: [HTTPHeader]
    /// The first 64 KB.
    public var body: [UInt8]
    /// When it was read, for a `Retry-After` that names a date.
    public var at: Timestamp

    public init(
        status: Int, reason: String = "", headers: [HTTPHeader] = [], body: [UInt8] = [], at: Timestamp
    ) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body
        self.at = at
    }

    /// The first header of that name, however it is written.
    public subscript(header name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
