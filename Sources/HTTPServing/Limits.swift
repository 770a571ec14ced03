/// What a client may ask of the server. Every limit has an answer of its own; none of them ends the process.
public struct Limits: Sendable {
    /// Bytes of the request target. 8 KB is the least RFC 9112 §3 recommends and far beyond our longest filter URL.
    public var requestLine = 8 * 1024
    /// Bytes of all header fields together. 32 KB lets a browser with full cookie jars in.
    public var headerBytes = 32 * 1024
    /// Bytes of an ordinary body. 1 MB holds the largest template (1 MB of form fields, in memory).
    public var body = 1024 * 1024
    /// Bytes of a body with uploads, where the site allows them. 64 MB is an import of a million lines.
    public var upload = 64 * 1024 * 1024
    /// Seconds without a byte in either direction. 15 s survives a bad mobile line and frees what was abandoned.
    public var idleSeconds = 15
    /// Connections of one address. A browser opens six; an office behind one address has many browsers.
    public var connectionsPerAddress = 1024
    /// Connections in all; each may hold `connectionMemory`. Lowered where the process may not open so many files.
    public var connections = 4096
    /// Fields of one form. The widest page (permissions of a role) has a few hundred.
    public var formFields = 1000
    /// Files of one form.
    public var formFiles = 20
    /// Bytes of one form field: a template, the largest thing a person edits.
    public var fieldBytes = 1024 * 1024
    /// Bytes of all bodies held in memory at one moment, so that many large ones cannot add up.
    public var bodyMemory = 256 * 1024 * 1024
    /// Threads for `Reply.later`; what runs there mostly waits for a provider or for a key derivation.
    public var laterThreads = 4
    /// Replies waiting for one of those threads. Beyond it the answer is 503 at once rather than late.
    public var laterQueue = 64
    /// Threads for `Reply.waiting`, which sleep until the disk has what they wrote.
    public var waitingThreads = 32
    /// Replies waiting for one of those. Each takes milliseconds; beyond it the answer is 503 at once.
    public var waitingQueue = 1024

    public init() {}

    /// What libmicrohttpd may use for one connection: request line, headers, its table of them, and the response's
    /// headers. It answers 431 or 414 by itself when that is used up.
    var connectionMemory: Int { requestLine + headerBytes + 6 * 1024 }
}
