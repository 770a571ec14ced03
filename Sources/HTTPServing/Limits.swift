/// Limits on clients. Exceeding one yields a specific response; none of them ends the process.
public struct Limits: Sendable {
    /// Maximum request target, in bytes. 8 KB is the minimum RFC 9112 §3 recommends and far above the longest filter
    /// URL.
    public var requestLine = 8 * 1024
    /// Maximum size of all header fields, in bytes. 32 KB admits a browser with many cookies.
    public var headerBytes = 32 * 1024
    /// Maximum ordinary body, in bytes. 1 MB holds the largest template (1 MB of form fields, in memory).
    public var body = 1024 * 1024
    /// Maximum body with uploads, in bytes, where the site allows them. 64 MB is an import of a million lines.
    public var upload = 64 * 1024 * 1024
    /// Seconds without a byte in either direction. 15 s tolerates a bad mobile connection and frees abandoned ones.
    public var idleSeconds = 15
    /// Maximum connections per address. A browser opens six; an office behind one address has many browsers.
    public var connectionsPerAddress = 1024
    /// Maximum connections in total; each may use `connectionMemory`. Lowered to what the process's file limit allows.
    public var connections = 4096
    /// Maximum fields per form. The largest page (permissions of a role) has a few hundred.
    public var formFields = 1000
    /// Maximum files per form.
    public var formFiles = 20
    /// Maximum size of one form field, in bytes; templates are the largest.
    public var fieldBytes = 1024 * 1024
    /// Maximum memory of all bodies together, in bytes.
    public var bodyMemory = 256 * 1024 * 1024
    /// Threads for `Reply.later`, which mostly wait for a provider or a key derivation.
    public var laterThreads = 4
    /// Maximum queued `Reply.later` replies; further requests are answered 503 immediately.
    public var laterQueue = 64
    /// Threads for `Reply.waiting`, which sleep until their writes are on disk.
    public var waitingThreads = 32
    /// Maximum queued `Reply.waiting` replies. Each takes milliseconds; further requests are answered 503 immediately.
    public var waitingQueue = 1024

    public init() {}

    /// libmicrohttpd's memory per connection, in bytes: request line, headers, its header table and the response
    /// headers. libmicrohttpd answers 431 or 414 by itself when it is exhausted.
    var connectionMemory: Int { requestLine + headerBytes + 6 * 1024 }
}
