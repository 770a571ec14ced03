/// HTTP request that carries one message (RFC 9110).
public struct HTTPTransfer: Sendable, Hashable {
    public var method: String
    public var url: String
    public var headers: [HTTPHeader]
    public var body: MessageBody
    /// Time limit for the whole exchange, including connecting.
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

    /// False if a name or value contains a line break, which would inject a header (RFC 9110 section 5.5).
    public var isOneLine: Bool {
        !name.isEmpty && (name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") })
            && value.utf8.allSatisfy { $0 >= 32 && $0 != 127 }
    }
}

/// HTTP response: complete headers, and the part of the body that was received and kept.
public struct HTTPResponse: Sendable, Hashable {
    public var status: Int
    /// Reason phrase, if any.
    public var reason: String
    public var headers: [HTTPHeader]
    /// First 64 KB of the body.
    public var body: [UInt8]
    /// Time of receipt, for a `Retry-After` with a date.
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

    /// First header with that name, ignoring case.
    public subscript(header name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
