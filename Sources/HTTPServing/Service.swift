import CMicroHTTPD
import Glibc
import Logging
import Synchronization

/// State shared by the callbacks of one server.
final class Service: Sendable {
    let limits: Limits
    let logger: Logger
    let spoolDirectory: String
    let bodyLimit: @Sendable (RequestHead) -> Int
    let spoolsBody: @Sendable (RequestHead) -> Bool
    let keepsRawBody: @Sendable (RequestHead) -> Bool
    let fixed: @Sendable (String) -> FixedResponse?
    let refuse: @Sendable (RequestHead, Int, String) -> Response
    let handler: @Sendable (Request) -> Reply

    let memory: BodyMemory
    let pool: BackgroundPool
    let waitingPool: BackgroundPool
    let waiting = WaitingReplies()
    let lingering = LingeringClose()

    let requests = Atomic<Int>(0)
    let activeRequests = Atomic<Int>(0)
    let activeConnections = Atomic<Int>(0)
    let isStopping = Atomic<Bool>(false)
    /// Signalled by each request that ends while the server stops.
    let quiet = ConditionLock(())

    init(
        limits: Limits, logger: Logger, bodyLimit: @escaping @Sendable (RequestHead) -> Int,
        spoolsBody: @escaping @Sendable (RequestHead) -> Bool,
        keepsRawBody: @escaping @Sendable (RequestHead) -> Bool,
        fixed: @escaping @Sendable (String) -> FixedResponse?,
        refuse: @escaping @Sendable (RequestHead, Int, String) -> Response,
        handler: @escaping @Sendable (Request) -> Reply
    ) {
        self.limits = limits
        self.logger = logger
        self.bodyLimit = bodyLimit
        self.spoolsBody = spoolsBody
        self.keepsRawBody = keepsRawBody
        self.fixed = fixed
        self.refuse = refuse
        self.handler = handler
        memory = BodyMemory(limit: limits.bodyMemory)
        pool = BackgroundPool(threads: limits.laterThreads, queue: limits.laterQueue)
        waitingPool = BackgroundPool(threads: limits.waitingThreads, queue: limits.waitingQueue)
        spoolDirectory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    }

    // MARK: Request steps

    /// Handles complete headers and decides whether the body is read.
    func begin(_ exchange: Exchange, _ connection: OpaquePointer, _ method: String) -> MHD_Result {
        count(exchange)
        exchange.phase = .receiving
        // Sent with the next call: libmicrohttpd closes a connection that is answered in this one.
        exchange.fixedResponse = fixedResponse(exchange, connection, method)
        if exchange.fixedResponse != nil { return .YES }
        let received = ReceivedHeaders.read(connection)
        let peer = Peer.of(connection)
        let target = exchange.targetIsUTF8 ? RequestTarget(exchange.target) : nil
        var request = Request(
            method: Method(rawValue: method), path: target?.path ?? exchange.target,
            query: target?.query ?? Fields(), headers: received.headers, remoteAddress: peer?.address ?? "")
        request.rawTarget = exchange.target
        exchange.request = request
        if let refusal = refusal(exchange, connection, received, targetIsGood: target != nil) {
            if received.bodyIsAnnounced { peer?.mustLinger = true }
            return refuse(refusal, exchange, connection, closing: received.bodyIsAnnounced)
        }
        if received.bodyIsAnnounced { exchange.reader = makeReader(request, exchange.bodyLimit, connection) }
        return .YES
    }

    /// Returns a fixed response for an ordinary request only; everything else takes the normal path.
    private func fixedResponse(_ exchange: Exchange, _ connection: OpaquePointer, _ method: String) -> FixedResponse? {
        guard method == "GET" || method == "HEAD", exchange.targetIsUTF8, let answer = fixed(exchange.target),
            !isStopping.load(ordering: .relaxed), shim_header_size(connection) <= limits.headerBytes,
            shim_header(connection, "Content-Length") == nil, shim_header(connection, "Transfer-Encoding") == nil
        else { return nil }
        return answer
    }

    /// Handles a chunk of the body, and enforces the limit for chunked bodies, whose size is not announced.
    func receive(_ bytes: UnsafeRawBufferPointer, _ exchange: Exchange, _ connection: OpaquePointer) -> MHD_Result {
        exchange.bodyReceived += bytes.count
        guard exchange.bodyReceived > exchange.bodyLimit else {
            exchange.reader?.receive(bytes)
            return .YES
        }
        // libmicrohttpd accepts no response in the middle of a body. Nothing else is being written on this connection,
        // so the response is written directly and the connection ends.
        guard let head = exchange.request?.head else { return .NO }
        Peer.of(connection)?.mustLinger = true
        let refusal = Refusal.bodyTooLarge(limit: exchange.bodyLimit)
        refuse(head, refusal.status, refusal.message).sendDirectly(to: shim_connection_socket(connection))
        return .NO
    }

    /// Handles the complete request.
    func finish(_ exchange: Exchange, _ connection: OpaquePointer) -> MHD_Result {
        if let answer = exchange.fixedResponse { return answer.send(on: connection) }
        guard var request = exchange.request else { return .NO }
        exchange.reader?.finish(into: &request)
        exchange.reader = nil
        switch handler(request) {
        case .now(let response): return send(response, exchange, connection)
        case .later(let work): return wait(for: work, in: pool, exchange, connection)
        case .waiting(let work): return wait(for: work, in: waitingPool, exchange, connection)
        }
    }

    func send(_ response: Response, _ exchange: Exchange, _ connection: OpaquePointer) -> MHD_Result {
        var response = response
        if isStopping.load(ordering: .relaxed) { response.headers["Connection"] = "close" }
        if let native = response.makeNative() {
            defer { MHD_destroy_response(native) }
            return MHD_queue_response(connection, UInt32(response.status), native)
        }
        logger.error("response could not be sent", metadata: ["target": "\(exchange.target)"])
        let refusal = Refusal(status: 500, message: "The response could not be sent.")
        guard let head = exchange.request?.head,
            let native = refuse(head, refusal.status, refusal.message).makeNative()
        else { return .NO }
        defer { MHD_destroy_response(native) }
        return MHD_queue_response(connection, UInt32(refusal.status), native)
    }

    private func wait(
        for work: @escaping @Sendable () -> Response, in pool: BackgroundPool, _ exchange: Exchange,
        _ connection: OpaquePointer
    ) -> MHD_Result {
        guard waiting.suspend(exchange, connection) else {
            return refuse(.stopping, exchange, connection, closing: true)
        }
        let accepted = pool.submit { [self] in waiting.resume(exchange, with: work()) }
        if !accepted, let head = exchange.request?.head {
            waiting.resume(exchange, with: refuse(head, Refusal.busy.status, Refusal.busy.message))
        }
        return .YES
    }

    private func refuse(
        _ refusal: Refusal, _ exchange: Exchange, _ connection: OpaquePointer, closing: Bool
    ) -> MHD_Result {
        guard let head = exchange.request?.head else { return .NO }
        var response = refuse(head, refusal.status, refusal.message)
        if closing { response.headers["Connection"] = "close" }
        return send(response, exchange, connection)
    }

    // MARK: Refusals

    private func refusal(
        _ exchange: Exchange, _ connection: OpaquePointer, _ received: ReceivedHeaders, targetIsGood: Bool
    ) -> Refusal? {
        let targetLength = exchange.target.utf8.count
        if targetLength > limits.requestLine { return .targetTooLong(limit: limits.requestLine) }
        if shim_header_size(connection) - targetLength > limits.headerBytes {
            return .headersTooLarge(limit: limits.headerBytes)
        }
        if let problem = received.problem { return Refusal(status: 400, message: problem) }
        if !targetIsGood { return .badTarget }
        guard received.bodyIsAnnounced, let head = exchange.request?.head else { return nil }
        exchange.bodyLimit = max(0, bodyLimit(head))
        guard (received.contentLength ?? 0) <= exchange.bodyLimit else {
            return .bodyTooLarge(limit: exchange.bodyLimit)
        }
        return nil
    }

    private func makeReader(_ request: Request, _ limit: Int, _ connection: OpaquePointer) -> any BodyReader {
        let share = BodyMemory.Share(memory)
        if keepsRawBody(request.head) { return RawBodyReader(share: share) }
        let kind = BodyKind(contentType: request.headers["Content-Type"])
        let options = FormOptions(
            maximumFields: limits.formFields, maximumFiles: limits.formFiles, fieldBytes: limits.fieldBytes,
            fileBytes: limits.upload, spoolDirectory: spoolDirectory)
        switch kind {
        case .raw:
            guard spoolsBody(request.head) else { return RawBodyReader(share: share) }
            do {
                return try FileBodyReader(
                    directory: spoolDirectory, contentType: request.headers["Content-Type"] ?? "")
            } catch {
                return RefusedBodyReader(.notStored("\(error)"))
            }
        case .unusable(let problem): return RefusedBodyReader(problem)
        case .urlEncoded: return URLEncodedReader(options: options, share: share)
        case .multipart(let boundary):
            return MultipartReader(connection: connection, boundary: boundary, options: options, share: share)
                ?? RefusedBodyReader(.notStored("no memory for the form"))
        }
    }

    // MARK: Counters

    private func count(_ exchange: Exchange) {
        exchange.isCounted = true
        requests.add(1, ordering: .relaxed)
        activeRequests.add(1, ordering: .sequentiallyConsistent)
    }

    func uncount(_ exchange: Exchange) {
        guard exchange.isCounted else { return }
        activeRequests.subtract(1, ordering: .sequentiallyConsistent)
        if isStopping.load(ordering: .sequentiallyConsistent) { quiet.change { _ in } }
    }
}
