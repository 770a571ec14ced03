import CCurl
import Logging
import Messaging

/// Pools of all HTTP providers. Confined to the transport thread, whose epoll and libcurl multi handle it shares.
final class HTTPConnectionPools {
    let eventLoop: EventLoop
    let catalog: ProviderCatalog
    let clock: WallClock
    let timings: ConnectionTimings
    let keptTokens: KeptTokens
    let logger: Logger
    private(set) var pools: [Int64: HTTPConnectionPool] = [:]
    private var retiring: [HTTPConnectionPool] = []
    var owners: [UnsafeMutableRawPointer: HTTPConnectionPool] = [:]
    private var finished: [SubmissionResult] = []
    private(set) var isStopping = false
    var reportsChanged = true

    /// Maximum connections kept between requests, over all providers. libcurl's default, four per handle in use, would
    /// close most of them at every pause.
    private static let keptConnections = 512

    init(
        eventLoop: EventLoop, catalog: ProviderCatalog, keptTokens: KeptTokens, clock: WallClock,
        timings: ConnectionTimings, logger: Logger
    ) {
        self.eventLoop = eventLoop
        self.keptTokens = keptTokens
        self.catalog = catalog
        self.clock = clock
        self.timings = timings
        self.logger = logger
        _ = ccurl_multi_set_long(eventLoop.multi, CURLMOPT_MAXCONNECTS, Self.keptConnections)
    }

    var isIdle: Bool { owners.isEmpty }

    func takeResults() -> [SubmissionResult] {
        defer { finished.removeAll(keepingCapacity: true) }
        return finished
    }

    func serves(_ providerID: Int64) -> Bool { pools[providerID] != nil }

    func use(_ accounts: [ProviderAccount]) {
        var next: [Int64: HTTPConnectionPool] = [:]
        for account in accounts where account.isEnabled && catalog.kind(account.kind) is any HTTPProvider.Type {
            if let known = pools[account.id], known.serves(account) {
                known.account = account
                next[account.id] = known
            } else {
                next[account.id] = HTTPConnectionPool(account, catalog: catalog)
            }
        }
        for pool in pools.values where next[pool.providerID] !== pool {
            pool.isRetiring = true
            retiring.append(pool)
            dropConnectionTest(pool)
            dropTokenCall(pool)
            giveBackWaiting(pool, "The provider's settings were changed.")
        }
        pools = next
        reportsChanged = true
    }

    /// Tests whether the provider is reachable, unless that is known.
    func open(_ providerID: Int64, now: Tick) {
        guard !isStopping, let pool = pools[providerID], pool.mayTry(now) else { return }
        tryConnecting(pool, now: now)
    }

    func tryConnecting(_ pool: HTTPConnectionPool, now: Tick) {
        guard !isStopping, !pool.isRetiring else { return }
        if let provider = pool.tokenProvider, pool.needsToken(now) { return obtainToken(pool, provider, now: now) }
        guard let call = call(for: pool) else { return }
        call.beginConnecting(timeLimit: timings.connect)
        pool.connectionTest = call
        start(call, pool)
    }

    private func call(for pool: HTTPConnectionPool) -> HTTPCall? {
        if let known = pool.idle.popLast() { return known }
        guard let endpoint = pool.provider?.endpoint else { return nil }
        return HTTPCall(endpoint, networks: catalog.networks)
    }

    func start(_ call: HTTPCall, _ pool: HTTPConnectionPool) {
        owners[call.easy] = pool
        curl_multi_add_handle(eventLoop.multi, call.easy)
    }

    func submit(_ submissions: [Submission], to providerID: Int64, now: Tick) {
        guard !isStopping, let pool = pools[providerID], pool.capacity(now) > 0 else {
            return giveBack(submissions, pools[providerID]?.trouble ?? "The provider cannot be reached right now.")
        }
        for submission in submissions { begin(submission, pool) }
    }

    func begin(_ submission: Submission, _ pool: HTTPConnectionPool) {
        guard case .http(let transfer) = submission.transfer else {
            return giveBack([submission], "The request is not valid HTTP.")
        }
        let authorized = pool.token.held.flatMap { pool.tokenProvider?.authorized(transfer, by: $0) } ?? transfer
        guard authorized.headers.allSatisfy(\.isOneLine) else {
            return giveBack([submission], "The request is not valid HTTP.")
        }
        guard let call = call(for: pool) else { return giveBack([submission], "libcurl gave no handle.") }
        call.begin(authorized, for: submission, connecting: timings.connect)
        call.token = pool.token.held.map { (pool.token.number, $0.value) }
        pool.calls[call.easy] = call
        start(call, pool)
    }

    /// Returns submissions that wait for a token; requests in flight cannot be cancelled.
    func cancel(_ messages: Set<Int64>) {
        for pool in pools.values {
            let taken = pool.token.waiting.filter { messages.contains($0.messageID) }
            guard !taken.isEmpty else { continue }
            pool.token.waiting.removeAll { messages.contains($0.messageID) }
            pool.token.retried.subtract(messages)
            giveBack(taken, "Called back before it was handed over.")
        }
    }

    func giveBack(_ submissions: [Submission], _ detail: String) {
        finished += submissions.map { $0.notHandedOver(detail) }
    }

    /// Handles a finished libcurl transfer; returns false if the handle is not from these pools.
    func ended(_ easy: UnsafeMutableRawPointer, _ code: CURLcode, now: Tick) -> Bool {
        guard let pool = owners.removeValue(forKey: easy) else { return false }
        let trouble = pool.backOff.trouble
        if let connectionTest = pool.connectionTest, connectionTest.easy == easy {
            if code == CURLE_OK {
                pool.connected(now, timings)
            } else {
                pool.failed(connectionTest.failure(code), now, timings)
            }
            dropConnectionTest(pool)
        } else if let call = pool.token.call, call.easy == easy {
            tokenEnded(call, pool, code, now: now)
        } else if let call = pool.calls.removeValue(forKey: easy), let submission = call.submission {
            let response = call.ended(code, at: clock.now())
            let token = call.token?.number
            curl_multi_remove_handle(eventLoop.multi, easy)
            if !pool.isRetiring { pool.idle.append(call) }
            if waitsForToken(submission, sentWith: token, response, pool) {
                serveWaiting(pool, now: now)
            } else {
                pool.token.retried.remove(submission.messageID)
                finished.append(submission.finished(response))
                pool.note(response, now, timings)
            }
        }
        reportsChanged = true
        if let news = pool.backOff.trouble, news != trouble {
            logger.warning(
                "the provider takes no messages", metadata: ["provider": "\(pool.providerID)", "why": "\(news)"])
        }
        return true
    }

    /// Discards the connection test; its connection closes with the handle.
    private func dropConnectionTest(_ pool: HTTPConnectionPool) {
        guard let connectionTest = pool.connectionTest else { return }
        owners[connectionTest.easy] = nil
        pool.connectionTest = nil
        curl_multi_remove_handle(eventLoop.multi, connectionTest.easy)
    }

    // MARK: Time

    func sweep(now: Tick) {
        refreshTokens(now: now)
        retiring.removeAll { $0.calls.isEmpty }
        for pool in pools.values {
            if pool.passTime(now) { reportsChanged = true }
            if !isStopping, pool.shouldRetry(now) { tryConnecting(pool, now: now) }
            // A paused provider becomes ready without any event; only the report announces it.
            if pool.retryAt(now) <= now { reportsChanged = true }
        }
    }

    func soonest(after now: Tick) -> Tick {
        pools.values.flatMap(\.moments).filter { $0 > now }.min() ?? .never
    }

    /// Accepts no new submissions; returns those that have not reached a server.
    func stop() {
        isStopping = true
        for pool in Array(pools.values) + retiring {
            dropConnectionTest(pool)
            dropTokenCall(pool)
            giveBackWaiting(pool, "The program is stopping.")
            for call in pool.calls.values where !call.mayBeHandedOver { abandon(call, pool) }
        }
    }

    /// Ends all calls: the grace period is over.
    func abandon() {
        for pool in Array(pools.values) + retiring {
            dropConnectionTest(pool)
            dropTokenCall(pool)
            giveBackWaiting(pool, "The program is stopping.")
            for call in pool.calls.values { abandon(call, pool) }
        }
    }

    private func abandon(_ call: HTTPCall, _ pool: HTTPConnectionPool) {
        guard let submission = call.submission else { return }
        pool.calls[call.easy] = nil
        owners[call.easy] = nil
        let handedOver = call.mayBeHandedOver
        curl_multi_remove_handle(eventLoop.multi, call.easy)
        let detail =
            handedOver ? "The program stopped before the provider answered." : "The program is stopping."
        finished.append(submission.finished(.brokenConnection(detail: detail, handedOver: handedOver)))
    }

    func reports(now: Tick, wallNow: Timestamp) -> [ConnectionReport] {
        pools.values.map { $0.report(now: now, wallNow: wallNow) }
    }
}
