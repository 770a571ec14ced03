import CMicroHTTPD
import Glibc
import Logging
import Synchronization

/// An HTTP/1.1 server over libmicrohttpd: a pool of worker threads, each with its own epoll, on which handlers run
/// synchronously. It serves from `init` until `stop`.
public final class Server: @unchecked Sendable {
    // Unchecked: owns the daemon's handle, which is set in `init` and given up once, under `isStopped`.
    private let daemon: OpaquePointer
    private let listenSocket: ListenSocket
    private let service: Service
    private let isStopped = Mutex(false)

    /// The port it listens on: the real one when 0 was asked.
    public var port: UInt16 { listenSocket.port }

    /// Files the process needs beside connections: databases, templates, uploads, outgoing connections.
    private static let otherFiles = 256

    /// - Parameters:
    ///   - host: an IPv4 or IPv6 address, or a name; `::` serves both.
    ///   - port: 0 takes any free port.
    ///   - workers: threads; as many handlers run at one time.
    ///   - bodyLimit: bytes of body the site takes for such a request, asked before any of it is read.
    ///   - spoolsBody: whether the body of such a request, if it is no form, is put into a file.
    ///   - keepsRawBody: whether a form in such a request comes as the bytes it was sent as, in `Request.body`.
    ///   - fixed: asked with the request target before anything else of a GET or HEAD without a body; what it has goes out
    ///     at once and is never seen by the handler.
    ///   - refuse: makes the page for what never reaches a handler: 400, 413, 414, 431, 500, 503.
    ///   - handler: called on a worker thread, for one request at a time per thread.
    /// - Throws: `BindError`, whose description is one line for the person who starts the server.
    public init(
        host: String, port: UInt16, workers: Int, limits: Limits = Limits(), logger: Logger,
        bodyLimit: @escaping @Sendable (RequestHead) -> Int,
        spoolsBody: @escaping @Sendable (RequestHead) -> Bool = { _ in false },
        keepsRawBody: @escaping @Sendable (RequestHead) -> Bool = { _ in false },
        fixed: @escaping @Sendable (_ target: String) -> FixedResponse? = { _ in nil },
        refuse: @escaping @Sendable (RequestHead, _ status: Int, _ message: String) -> Response,
        handler: @escaping @Sendable (Request) -> Reply
    ) throws {
        // A client that goes away while we write to it must not end the process.
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
            // The library has closed the listening socket on its way out.
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

    /// Stops accepting, lets running requests end, then closes every connection. The second call does nothing.
    ///
    /// After `grace`, requests that wait for a later reply are answered 503. A handler that is still running on a
    /// worker thread is waited for, however long it takes: a thread cannot be ended safely from outside.
    public func stop(grace: Duration) {
        let isFirst = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        guard isFirst else { return }
        service.isStopping.store(true, ordering: .sequentiallyConsistent)
        MHD_quiesce_daemon(daemon)
        // From here on the port refuses; the descriptor stays ours until no worker can use its number any more.
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

    /// For sending what was given up after the grace.
    private static let lastWords: Duration = .seconds(1)

    private func waitUntilQuiet(_ duration: Duration) {
        let service = service
        _ = service.quiet.wait(atMost: duration) { _ -> Bool? in
            service.activeRequests.load(ordering: .sequentiallyConsistent) == 0 ? true : nil
        }
    }

    /// As many connections as the process may open files for, after raising its soft limit as far as it may.
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
