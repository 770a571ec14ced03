import CMicroHTTPD
import Glibc
import Logging
import Synchronization

/// HTTP/1.1 server based on libmicrohttpd: a pool of worker threads, each with its own epoll, on which handlers run
/// synchronously. Serves from `init` until `stop`.
public final class Server: @unchecked Sendable {
    // Unchecked: owns the daemon's handle, which is set in `init` and released once, under `isStopped`.
    private let daemon: OpaquePointer
    private let listenSocket: ListenSocket
    private let service: Service
    private let isStopped = Mutex(false)

    /// Actual port, also when 0 was requested.
    public var port: UInt16 { listenSocket.port }

    /// File descriptors reserved for other uses: databases, templates, uploads, outgoing connections.
    private static let otherFiles = 256

    /// - Parameters:
    ///   - host: an IPv4 or IPv6 address, or a name; `::` serves both.
    ///   - port: 0 selects any free port.
    ///   - workers: number of threads, and of handlers that run concurrently.
    ///   - bodyLimit: maximum body in bytes for a request; called before the body is read.
    ///   - spoolsBody: whether a non-form body of the request is written to a file.
    ///   - keepsRawBody: whether a form is delivered unparsed, in `Request.body`.
    ///   - fixed: called first, with the request target of a GET or HEAD without a body; a response found here is sent
    ///     without calling the handler.
    ///   - refuse: renders the error pages sent without a handler: 400, 413, 414, 431, 500, 503.
    ///   - handler: called on a worker thread, for one request at a time per thread.
    /// - Throws: `BindError`, whose description is a one-line message for the operator.
    public init(
        host: String, port: UInt16, workers: Int, limits: Limits = Limits(), logger: Logger,
        bodyLimit: @escaping @Sendable (RequestHead) -> Int,
        spoolsBody: @escaping @Sendable (RequestHead) -> Bool = { _ in false },
        keepsRawBody: @escaping @Sendable (RequestHead) -> Bool = { _ in false },
        fixed: @escaping @Sendable (_ target: String) -> FixedResponse? = { _ in nil },
        refuse: @escaping @Sendable (RequestHead, _ status: Int, _ message: String) -> Response,
        handler: @escaping @Sendable (Request) -> Reply
    ) throws {
        // A client that disconnects during a write must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let workers = max(1, workers)
        service = Service(
            limits: limits, logger: logger, bodyLimit: bodyLimit, spoolsBody: spoolsBody,
            keepsRawBody: keepsRawBody, fixed: fixed, refuse: refuse, handler: handler)
        listenSocket = try ListenSocket(host: host, port: port)
        let connections = Self.affordableConnections(limits.connections, workers: workers, logger)
        let context = Unmanaged.passRetained(service)
        var settings = shim_daemon_settings(
            listen_socket: listenSocket.descriptor, worker_threads: UInt32(workers),
            connection_memory: limits.connectionMemory, connections: UInt32(connections),
            connections_per_address: UInt32(max(0, limits.connectionsPerAddress)),
            idle_seconds: UInt32(max(1, limits.idleSeconds)), context: context.toOpaque(), access: requestAccessed,
            completed: requestCompleted, connection_changed: connectionChanged, request_line_read: requestLineRead,
            unescape: leaveEscaped)
        guard let daemon = shim_start_daemon(&settings) else {
            // libmicrohttpd closed the listening socket when it failed.
            let reason = "the HTTP library could not be started: \(String(cString: strerror(errno)))"
            context.release()
            throw BindError(host: host, port: port, code: errno, reason: reason)
        }
        self.daemon = daemon
    }

    deinit {
        stop(grace: .zero)
    }

    public var metrics: ServerMetrics {
        ServerMetrics(
            requests: service.requests.load(ordering: .relaxed),
            activeRequests: service.activeRequests.load(ordering: .relaxed),
            activeConnections: service.activeConnections.load(ordering: .relaxed))
    }

    /// Stops accepting, lets running requests finish, then closes every connection. Idempotent.
    ///
    /// After `grace`, requests that wait for a later reply are answered 503. A handler still running on a worker thread
    /// is awaited without limit, because a thread cannot be ended safely from outside.
    public func stop(grace: Duration) {
        let isFirst = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        guard isFirst else { return }
        service.isStopping.store(true, ordering: .sequentiallyConsistent)
        MHD_quiesce_daemon(daemon)
        // New connections are refused from here on; the descriptor stays open until no worker can use its number.
        shutdown(listenSocket.descriptor, Int32(SHUT_RDWR))
        waitUntilQuiet(grace)
        service.waiting.giveUp { [refuse = service.refuse] exchange in
            exchange.request.map { refuse($0.head, Refusal.stopping.status, Refusal.stopping.message) }
                ?? Response(status: 503)
        }
        waitUntilQuiet(Self.lastWords)
        MHD_stop_daemon(daemon)
        close(listenSocket.descriptor)
        service.pool.close()
        service.waitingPool.close()
        service.lingering.stop()
        Unmanaged.passUnretained(service).release()
    }

    /// Time to send the 503 responses after the grace period.
    private static let lastWords: Duration = .seconds(1)

    private func waitUntilQuiet(_ duration: Duration) {
        let service = service
        _ = service.quiet.wait(atMost: duration) { _ -> Bool? in
            service.activeRequests.load(ordering: .sequentiallyConsistent) == 0 ? true : nil
        }
    }

    /// Maximum connections that the process's file limit allows, after raising the soft limit as far as possible.
    private static func affordableConnections(_ wanted: Int, workers: Int, _ logger: Logger) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return max(workers, wanted) }
        let needed = rlim_t(max(0, wanted) + otherFiles)
        if limit.rlim_cur < needed {
            limit.rlim_cur = min(needed, limit.rlim_max)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        let affordable = Int(clamping: limit.rlim_cur) - otherFiles
        if affordable < wanted {
            logger.warning(
                "fewer connections than configured", metadata: ["connections": "\(max(workers, affordable))"])
        }
        return max(workers, min(wanted, affordable))
    }
}
