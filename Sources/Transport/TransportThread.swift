import CCurl
import Logging
import Messaging

/// Thread that drives all provider I/O with one epoll: SMTP connections here, HTTP requests in `http`.
///
/// All state is confined to that thread, except `mailbox`.
final class TransportThread {
    let mailbox: TransportMailbox
    let eventLoop: EventLoop
    let http: HTTPConnectionPools
    private let catalog: ProviderCatalog
    let clock: WallClock
    let timings: ConnectionTimings
    let logger: Logger
    var pools: [Int64: SMTPConnectionPool] = [:]
    var retiring: [SMTPConnectionPool] = []
    var connections: [UInt64: SMTPConnection] = [:]
    /// Connections being opened, by libcurl handle.
    var opening: [UnsafeMutableRawPointer: SMTPConnection] = [:]
    var now: Tick = .now()
    private var lastNumber: UInt64 = 0
    private var finished: [SubmissionResult] = []
    private var lastReports: [ConnectionReport] = []
    var reportsChanged = true
    /// Lower bound of all deadlines of connections and pools.
    private var nextSweep: Tick = .never
    private var stopAt: Tick?
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

    init(
        mailbox: TransportMailbox, catalog: ProviderCatalog, keptTokens: KeptTokens, clock: WallClock,
        timings: ConnectionTimings, logger: Logger
    ) throws(TransportUnavailable) {
        self.mailbox = mailbox
        self.catalog = catalog
        self.clock = clock
        self.timings = timings
        self.logger = logger
        eventLoop = try EventLoop(bell: mailbox.bell)
        http = HTTPConnectionPools(
            eventLoop: eventLoop, catalog: catalog, keptTokens: keptTokens, clock: clock, timings: timings,
            logger: logger)
    }

    deinit { buffer.deallocate() }

    func run() {
        while !isDone {
            eventLoop.wait(until: min(nextSweep, http.soonest(after: now))) { handle($0) }
            now = .now()
            eventLoop.runCurlTimer(now: now)
            takeEnded()
            if nextSweep <= now || stopAt != nil { sweep() }
            http.sweep(now: now)
            publish()
        }
        for order in mailbox.close() {
            if case .submit(let submissions) = order { giveBack(submissions, "The program is stopping.") }
        }
        publish()
    }

    private var isDone: Bool { stopAt != nil && connections.isEmpty && http.isIdle }

    private func handle(_ event: EventLoop.Event) {
        now = .now()
        switch event {
        case .orders: for order in mailbox.takeOrders() { obey(order) }
        case .opening(let descriptor, let readable, let writable, let failed):
            let what =
                (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0) | (failed ? CURL_CSELECT_ERR : 0)
            eventLoop.act(descriptor, what)
        case .connection(let number, let readable, _):
            guard let connection = connections[number], connection.session != nil else { return }
            if readable { connection.read(into: buffer, now: now) }
            serve(connection)
        }
    }

    private func obey(_ order: Order) {
        switch order {
        case .use(let accounts):
            use(accounts)
            http.use(accounts)
        case .open(let count, let providerID):
            http.open(providerID, now: now)
            guard stopAt == nil, let pool = pools[providerID] else { return }
            open(pool.missing(wanted: count, now: now), for: pool)
        case .submit(let submissions): submit(submissions)
        case .cancel(let messages): cancel(messages)
        case .tokenRead(let token, let account): http.tokenRead(token, account, now: now)
        case .stop(let grace): stop(grace)
        }
    }

    // MARK: Submissions

    private func submit(_ submissions: [Submission]) {
        for (providerID, group) in groups(submissions) {
            if http.serves(providerID) {
                http.submit(group, to: providerID, now: now)
                continue
            }
            guard stopAt == nil, let pool = pools[providerID], pool.ready > 0 || isOpening(pool) else {
                giveBack(group, pools[providerID]?.backOff.trouble ?? "No connection to the provider is open.")
                continue
            }
            pool.waiting.append(group)
            distribute(pool)
        }
    }

    /// Returns submissions of which nothing has been written: those waiting for a connection or queued behind another
    /// message.
    private func cancel(_ messages: Set<Int64>) {
        http.cancel(messages)
        for pool in Array(pools.values) + retiring {
            giveBack(pool.waiting.take(messages), "Called back before it was handed over.")
            for connection in pool.connections {
                guard let session = connection.session else { continue }
                let unstarted = session.takeUnstarted(messages)
                if unstarted.isEmpty { continue }
                giveBack(unstarted, "Called back before it was handed over.")
                serve(connection)
            }
        }
    }

    /// Groups by provider, in order; nearly always there is one.
    private func groups(_ submissions: [Submission]) -> [(Int64, [Submission])] {
        guard let first = submissions.first else { return [] }
        if submissions.allSatisfy({ $0.providerID == first.providerID }) { return [(first.providerID, submissions)] }
        return Dictionary(grouping: submissions, by: \.providerID).map { ($0.key, $0.value) }
    }

    /// Assigns one message to each idle connection, then one to follow to each.
    private func distribute(_ pool: SMTPConnectionPool) {
        let open = pool.connections.filter { $0.session?.isOpen == true }
        for connection in open where connection.session?.isIdle == true {
            guard let submission = pool.waiting.next() else { break }
            connection.progress = now
            connection.session?.enqueue(submission)
        }
        for connection in open { serve(connection) }
    }

    func giveBack(_ submissions: [Submission], _ detail: String) {
        for submission in submissions { finished.append(submission.notHandedOver(detail)) }
    }

    /// Feeds the connection, writes, and collects the results.
    func serve(_ connection: SMTPConnection) {
        guard let session = connection.session, connections[connection.number] != nil else { return }
        feed(connection, session)
        connection.write(now: now)
        guard session.closing == nil else { return dispose(connection) }
        for ended in session.takeEnded() { finished.append(ended.submission.finished(ended.response)) }
        if session.answered > 0 { connection.pool.backOff.messageAnswered() }
        if session.isLeaving { reportsChanged = true }
        nextSweep = min(nextSweep, connection.deadline(timings))
        if connection.pool.isRetiring && session.isIdle && connection.pool.waiting.isEmpty && !session.isLeaving {
            leave(connection)
        }
    }

    private func feed(_ connection: SMTPConnection, _ session: SMTPSession) {
        while session.wantsMore, let submission = connection.pool.waiting.next() {
            if session.isIdle { connection.progress = now }
            session.enqueue(submission)
        }
    }

    private func leave(_ connection: SMTPConnection) {
        connection.progress = now
        connection.session?.leave()
        serve(connection)
    }

    // MARK: Connections

    func open(_ count: Int, for pool: SMTPConnectionPool) {
        guard count > 0, let server = pool.server else { return }
        for _ in 0..<count {
            guard let curl = CurlConnection(server, timeLimit: timings.connect) else { return }
            lastNumber += 1
            let connection = SMTPConnection(number: lastNumber, pool: pool, curl: curl, now: now)
            pool.connections.append(connection)
            connections[connection.number] = connection
            opening[curl.easy] = connection
            curl_multi_add_handle(eventLoop.multi, curl.easy)
            nextSweep = min(nextSweep, connection.deadline(timings))
        }
    }

    /// Handles finished libcurl transfers: opened or failed connections, and HTTP requests.
    private func takeEnded() {
        var result = CURLE_OK
        while let easy = ccurl_multi_next_done(eventLoop.multi, &result) {
            if http.ended(easy, result, now: now) { continue }
            guard let connection = opening.removeValue(forKey: easy) else { continue }
            do throws(ConnectionFailure) {
                guard result == CURLE_OK else { throw connection.curl.failure(result) }
                try connection.curl.checkOpened()
                begin(connection)
            } catch {
                fail(connection, error)
            }
        }
    }

    private func begin(_ connection: SMTPConnection) {
        connection.session = SMTPSession(capabilities: connection.curl.capabilities)
        connection.descriptor = connection.curl.descriptor
        connection.progress = now
        connection.pool.backOff.connectionOpened()
        reportsChanged = true
        // The first read also ties the handle to its connection; without it libcurl's pool may close it as unused.
        connection.read(into: buffer, now: now)
        eventLoop.watchConnection(connection.descriptor, number: connection.number)
        if connection.pool.isRetiring || stopAt != nil { connection.session?.leave() }
        serve(connection)
    }

    private func fail(_ connection: SMTPConnection, _ failure: ConnectionFailure) {
        let pool = connection.pool
        let isNews = pool.backOff.trouble != failure.words
        pool.note(failure, now: now, timings: timings)
        if isNews {
            logger.warning(
                "no connection to the mail server",
                metadata: ["provider": "\(pool.providerID)", "why": "\(failure.words)"])
        }
        dispose(connection)
    }

    private func dispose(_ connection: SMTPConnection) {
        let pool = connection.pool
        reportsChanged = true
        connections[connection.number] = nil
        opening[connection.curl.easy] = nil
        pool.connections.removeAll { $0 === connection }
        if connection.descriptor >= 0 { eventLoop.forget(connection.descriptor) }
        curl_multi_remove_handle(eventLoop.multi, connection.curl.easy)
        nextSweep = min(nextSweep, pool.backOff.trouble == nil ? .never : pool.backOff.retryAt)
        guard let session = connection.session, let closing = session.closing else { return settle(pool, nil) }
        if session.answered > 0 { pool.backOff.messageAnswered() }
        // A connection that answered messages may close at any time; one that answered none has failed, unless this
        // side closed it.
        let isBlameless =
            session.answered > 0 ? !closing.isAccountFault : closing.isOrderly && session.isLeaving
        var back: [Submission] = []
        for ended in session.takeEnded() {
            // Many servers limit the messages per connection. A message with only its envelope sent moves to the next
            // connection.
            if isBlameless, case .brokenConnection(_, handedOver: false) = ended.response {
                back.append(ended.submission)
            } else {
                finished.append(ended.submission.finished(ended.response))
            }
        }
        pool.waiting.putBack(back + session.takeUnstarted())
        if !isBlameless {
            pool.note(
                ConnectionFailure(words: closing.detail, isConfiguration: closing.isAccountFault), now: now,
                timings: timings)
            nextSweep = min(nextSweep, pool.backOff.retryAt)
        }
        settle(pool, closing.detail)
    }

    /// Moves submissions left by a lost connection to another one, opening it if necessary, or returns them if none is
    /// available.
    private func settle(_ pool: SMTPConnectionPool, _ detail: String?) {
        guard !pool.waiting.isEmpty else { return }
        if pool.ready > 0 { return distribute(pool) }
        if isOpening(pool) { return }
        giveBack(pool.waiting.takeAll(), detail ?? pool.backOff.trouble ?? "No connection to the provider is open.")
    }

    /// Whether a connection to a server without a known failure is being opened; opens one if there is none.
    private func isOpening(_ pool: SMTPConnectionPool) -> Bool {
        guard stopAt == nil, !pool.isRetiring, pool.backOff.trouble == nil else { return false }
        if !pool.isConnecting { open(pool.missing(wanted: 1, now: now), for: pool) }
        return pool.isConnecting
    }

    // MARK: Providers

    private func use(_ accounts: [ProviderAccount]) {
        var next: [Int64: SMTPConnectionPool] = [:]
        for account in accounts where account.isEnabled && catalog.kind(account.kind) is any MailProvider.Type {
            if let pool = pools[account.id], pool.serves(account) {
                next[account.id] = pool
            } else {
                next[account.id] = SMTPConnectionPool(account, catalog: catalog)
            }
        }
        let gone = pools.values.filter { next[$0.providerID] !== $0 }
        pools = next
        reportsChanged = true
        for pool in gone { retire(pool) }
    }

    /// Accepts no new submissions; those already in the pool are sent over its old connections.
    private func retire(_ pool: SMTPConnectionPool) {
        pool.isRetiring = true
        retiring.append(pool)
        for connection in pool.connections where connection.session == nil { dispose(connection) }
        for connection in pool.connections { serve(connection) }
    }

    // MARK: Time

    private func sweep() {
        for connection in Array(connections.values) where connection.deadline(timings) <= now {
            guard connection.session != nil else {
                fail(connection, connection.curl.failure(CURLE_OPERATION_TIMEDOUT))
                continue
            }
            connection.expire(timings, now: now)
            serve(connection)
        }
        if let stopAt, stopAt <= now { abandonConnections() }
        if stopAt == nil { for pool in pools.values where pool.shouldRetry(now) { open(1, for: pool) } }
        retiring.removeAll { $0.connections.isEmpty }
        nextSweep = soonest()
    }

    private func soonest() -> Tick {
        var soonest = stopAt ?? .never
        for connection in connections.values { soonest = min(soonest, connection.deadline(timings)) }
        for pool in pools.values where pool.backOff.trouble != nil && pool.connections.isEmpty {
            soonest = min(soonest, pool.backOff.retryAt)
        }
        return soonest
    }

    private func stop(_ grace: Duration) {
        stopAt = now + grace
        http.stop()
        for pool in Array(pools.values) + retiring {
            giveBack(pool.waiting.takeAll(), "The program is stopping.")
            for connection in pool.connections {
                guard let session = connection.session else {
                    dispose(connection)
                    continue
                }
                giveBack(session.takeUnstarted(), "The program is stopping.")
                leave(connection)
            }
        }
        nextSweep = now
    }

    private func abandonConnections() {
        http.abandon()
        for connection in Array(connections.values) {
            connection.session?.connectionBroke("The program stopped before the server answered.")
            if connection.session == nil { dispose(connection) } else { serve(connection) }
        }
    }

    // MARK: What others see

    private func publish() {
        if reportsChanged || http.reportsChanged {
            (reportsChanged, http.reportsChanged) = (false, false)
            let wallNow = clock.now()
            let mail = pools.values.map { $0.report(now: now, wallNow: wallNow) }
            let reports = (mail + http.reports(now: now, wallNow: wallNow)).sorted { $0.providerID < $1.providerID }
            if !Self.same(reports, lastReports) {
                lastReports = reports
                mailbox.put(transferReports: reports)
            }
        }
        finished += http.takeResults()
        guard !finished.isEmpty else { return }
        mailbox.put(finished: finished)
        finished.removeAll(keepingCapacity: true)
    }

    /// Ignores differences of a few milliseconds: the retry time is computed from two clocks.
    private static func same(_ left: [ConnectionReport], _ right: [ConnectionReport]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { one, other in
            one.providerID == other.providerID && one.capacity == other.capacity && one.trouble == other.trouble
                && abs((one.retryAt?.milliseconds ?? 0) - (other.retryAt?.milliseconds ?? 0)) < 50
        }
    }
}
