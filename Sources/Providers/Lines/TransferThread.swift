import CCurl
import Logging
import Messaging

/// The thread that speaks with providers: all lines to mail servers, here, and all HTTP requests, in `http`, driven by
/// one epoll.
///
/// Everything here is touched by that thread alone, except `trays`.
final class TransferThread {
    let trays: Trays
    let waiter: Waiter
    let http: HTTPDesks
    let clock: WallClock
    let timings: LineTimings
    let logger: Logger
    var desks: [Int64: Desk] = [:]
    var retiring: [Desk] = []
    var lines: [UInt64: Line] = [:]
    /// By libcurl handle, while they are being opened.
    var opening: [UnsafeMutableRawPointer: Line] = [:]
    var now: Tick = .now()
    private var lastNumber: UInt64 = 0
    private var finished: [Finished] = []
    private var lastReports: [LineReport] = []
    var reportsChanged = true
    /// No deadline of any line or desk is earlier.
    private var nextSweep: Tick = .never
    private var stopAt: Tick?
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

    init(
        trays: Trays, catalog: ProviderCatalog, clock: WallClock, timings: LineTimings, logger: Logger
    ) throws(CarrierUnavailable) {
        self.trays = trays
        self.clock = clock
        self.timings = timings
        self.logger = logger
        waiter = try Waiter(bell: trays.bell)
        http = HTTPDesks(waiter: waiter, catalog: catalog, clock: clock, timings: timings, logger: logger)
    }

    deinit { buffer.deallocate() }

    func run() {
        while !isDone {
            waiter.wait(until: min(nextSweep, http.soonest(after: now))) { handle($0) }
            now = .now()
            waiter.runCurlTimer(now: now)
            takeEnded()
            if nextSweep <= now || stopAt != nil { sweep() }
            http.sweep(now: now)
            publish()
        }
        for order in trays.close() {
            if case .submit(let handovers) = order { giveBack(handovers, "The program is stopping.") }
        }
        publish()
    }

    private var isDone: Bool { stopAt != nil && lines.isEmpty && http.isIdle }

    private func handle(_ event: Waiter.Event) {
        now = .now()
        switch event {
        case .orders: for order in trays.takeOrders() { obey(order) }
        case .opening(let descriptor, let readable, let writable, let failed):
            let what =
                (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0) | (failed ? CURL_CSELECT_ERR : 0)
            waiter.act(descriptor, what)
        case .line(let number, let readable, _):
            guard let line = lines[number], line.session != nil else { return }
            if readable { line.read(into: buffer, now: now) }
            serve(line)
        }
    }

    private func obey(_ order: Order) {
        switch order {
        case .use(let accounts):
            use(accounts)
            http.use(accounts)
        case .open(let count, let providerID):
            http.open(providerID, now: now)
            guard stopAt == nil, let desk = desks[providerID] else { return }
            open(desk.missing(wanted: count, now: now), for: desk)
        case .submit(let handovers): submit(handovers)
        case .recall(let messages): recall(messages)
        case .stop(let grace): stop(grace)
        }
    }

    // MARK: Hand-overs

    private func submit(_ handovers: [Handover]) {
        for (providerID, group) in groups(handovers) {
            if http.serves(providerID) {
                http.submit(group, to: providerID, now: now)
                continue
            }
            guard stopAt == nil, let desk = desks[providerID], desk.ready > 0 || isOpening(desk) else {
                giveBack(group, desks[providerID]?.backOff.trouble ?? "No line to the provider is open.")
                continue
            }
            desk.waiting.append(group)
            distribute(desk)
        }
    }

    /// Nothing of these has been written: they wait for a line, or at one that is busy with another.
    private func recall(_ messages: Set<Int64>) {
        for desk in Array(desks.values) + retiring {
            giveBack(desk.waiting.take(messages), "Called back before it was handed over.")
            for line in desk.lines {
                guard let session = line.session else { continue }
                let unstarted = session.takeUnstarted(messages)
                if unstarted.isEmpty { continue }
                giveBack(unstarted, "Called back before it was handed over.")
                serve(line)
            }
        }
    }

    /// In order; nearly always there is one provider.
    private func groups(_ handovers: [Handover]) -> [(Int64, [Handover])] {
        guard let first = handovers.first else { return [] }
        if handovers.allSatisfy({ $0.providerID == first.providerID }) { return [(first.providerID, handovers)] }
        return Dictionary(grouping: handovers, by: \.providerID).map { ($0.key, $0.value) }
    }

    /// One message for each line that has none, then one to follow for each.
    private func distribute(_ desk: Desk) {
        let open = desk.lines.filter { $0.session?.isOpen == true }
        for line in open where line.session?.isIdle == true {
            guard let handover = desk.waiting.next() else { break }
            line.progress = now
            line.session?.enqueue(handover)
        }
        for line in open { serve(line) }
    }

    func giveBack(_ handovers: [Handover], _ detail: String) {
        for handover in handovers { finished.append(handover.notHandedOver(detail)) }
    }

    /// Gives the line what it can take, writes, and sees what came of it.
    func serve(_ line: Line) {
        guard let session = line.session, lines[line.number] != nil else { return }
        feed(line, session)
        line.write(now: now)
        guard session.closing == nil else { return dispose(line) }
        for ended in session.takeEnded() { finished.append(ended.handover.finished(ended.answer)) }
        if session.answered > 0 { line.desk.backOff.messageAnswered() }
        if session.isLeaving { reportsChanged = true }
        nextSweep = min(nextSweep, line.deadline(timings))
        if line.desk.isRetiring && session.isIdle && line.desk.waiting.isEmpty && !session.isLeaving {
            leave(line)
        }
    }

    private func feed(_ line: Line, _ session: SMTPSession) {
        while session.wantsMore, let handover = line.desk.waiting.next() {
            if session.isIdle { line.progress = now }
            session.enqueue(handover)
        }
    }

    private func leave(_ line: Line) {
        line.progress = now
        line.session?.leave()
        serve(line)
    }

    // MARK: Lines

    func open(_ count: Int, for desk: Desk) {
        guard count > 0, let settings = desk.settings else { return }
        for _ in 0..<count {
            guard let connection = Connection(settings, timeLimit: timings.connect) else { return }
            lastNumber += 1
            let line = Line(number: lastNumber, desk: desk, connection: connection, now: now)
            desk.lines.append(line)
            lines[line.number] = line
            opening[connection.easy] = line
            curl_multi_add_handle(waiter.multi, connection.easy)
            nextSweep = min(nextSweep, line.deadline(timings))
        }
    }

    /// What libcurl is done with: lines that are open now, or failed, and HTTP requests.
    private func takeEnded() {
        var result = CURLE_OK
        while let easy = ccurl_multi_next_done(waiter.multi, &result) {
            if http.ended(easy, result, now: now) { continue }
            guard let line = opening.removeValue(forKey: easy) else { continue }
            do throws(LineFailure) {
                guard result == CURLE_OK else { throw line.connection.failure(result) }
                try line.connection.checkOpened()
                begin(line)
            } catch {
                fail(line, error)
            }
        }
    }

    private func begin(_ line: Line) {
        line.session = SMTPSession(capabilities: line.connection.capabilities)
        line.descriptor = line.connection.descriptor
        line.progress = now
        line.desk.backOff.lineOpened()
        reportsChanged = true
        // The first read also ties the handle to its connection; without it libcurl's pool may close it as unused.
        line.read(into: buffer, now: now)
        waiter.watchLine(line.descriptor, number: line.number)
        if line.desk.isRetiring || stopAt != nil { line.session?.leave() }
        serve(line)
    }

    private func fail(_ line: Line, _ failure: LineFailure) {
        let desk = line.desk
        let isNews = desk.backOff.trouble != failure.words
        desk.note(failure, now: now, timings: timings)
        if isNews {
            logger.warning(
                "no line to the mail server", metadata: ["provider": "\(desk.providerID)", "why": "\(failure.words)"])
        }
        dispose(line)
    }

    private func dispose(_ line: Line) {
        let desk = line.desk
        reportsChanged = true
        lines[line.number] = nil
        opening[line.connection.easy] = nil
        desk.lines.removeAll { $0 === line }
        if line.descriptor >= 0 { waiter.forget(line.descriptor) }
        curl_multi_remove_handle(waiter.multi, line.connection.easy)
        nextSweep = min(nextSweep, desk.backOff.trouble == nil ? .never : desk.backOff.retryAt)
        guard let session = line.session, let closing = session.closing else { return settle(desk, nil) }
        if session.answered > 0 { desk.backOff.messageAnswered() }
        // A line that did its work may end as it likes; one that did none is a failure, unless we sent it away.
        let isBlameless =
            session.answered > 0 ? !closing.isAccountFault : closing.isOrderly && session.isLeaving
        var back: [Handover] = []
        for ended in session.takeEnded() {
            // Many servers take so many mails a line and no more. What had only said whom it is for goes over the next.
            if isBlameless, case .brokenLine(_, handedOver: false) = ended.answer {
                back.append(ended.handover)
            } else {
                finished.append(ended.handover.finished(ended.answer))
            }
        }
        desk.waiting.putBack(back + session.takeUnstarted())
        if !isBlameless {
            desk.note(
                LineFailure(words: closing.detail, isConfiguration: closing.isAccountFault), now: now, timings: timings)
            nextSweep = min(nextSweep, desk.backOff.retryAt)
        }
        settle(desk, closing.detail)
    }

    /// What waits at a desk that has lost a line goes over another one, or over one that is opened for it; where none can
    /// be had it goes back.
    private func settle(_ desk: Desk, _ detail: String?) {
        guard !desk.waiting.isEmpty else { return }
        if desk.ready > 0 { return distribute(desk) }
        if isOpening(desk) { return }
        giveBack(desk.waiting.takeAll(), detail ?? desk.backOff.trouble ?? "No line to the provider is open.")
    }

    /// Whether a line to a server that was well when it was last heard of is under way, or is opened now.
    private func isOpening(_ desk: Desk) -> Bool {
        guard stopAt == nil, !desk.isRetiring, desk.backOff.trouble == nil else { return false }
        if !desk.isConnecting { open(desk.missing(wanted: 1, now: now), for: desk) }
        return desk.isConnecting
    }

    // MARK: Providers

    private func use(_ accounts: [ProviderAccount]) {
        var next: [Int64: Desk] = [:]
        for account in accounts where account.kind == SMTPProvider.kind && account.isEnabled {
            if let desk = desks[account.id], desk.serves(account) {
                next[account.id] = desk
            } else {
                next[account.id] = Desk(account)
            }
        }
        let gone = desks.values.filter { next[$0.providerID] !== $0 }
        desks = next
        reportsChanged = true
        for desk in gone { retire(desk) }
    }

    /// Nothing new begins; what was handed to the desk is still sent over its old lines.
    private func retire(_ desk: Desk) {
        desk.isRetiring = true
        retiring.append(desk)
        for line in desk.lines where line.session == nil { dispose(line) }
        for line in desk.lines { serve(line) }
    }

    // MARK: Time

    private func sweep() {
        for line in Array(lines.values) where line.deadline(timings) <= now {
            guard line.session != nil else {
                fail(line, line.connection.failure(CURLE_OPERATION_TIMEDOUT))
                continue
            }
            line.expire(timings, now: now)
            serve(line)
        }
        if let stopAt, stopAt <= now { abandonLines() }
        if stopAt == nil { for desk in desks.values where desk.shouldRetry(now) { open(1, for: desk) } }
        retiring.removeAll { $0.lines.isEmpty }
        nextSweep = soonest()
    }

    private func soonest() -> Tick {
        var soonest = stopAt ?? .never
        for line in lines.values { soonest = min(soonest, line.deadline(timings)) }
        for desk in desks.values where desk.backOff.trouble != nil && desk.lines.isEmpty {
            soonest = min(soonest, desk.backOff.retryAt)
        }
        return soonest
    }

    private func stop(_ grace: Duration) {
        stopAt = now + grace
        http.stop()
        for desk in Array(desks.values) + retiring {
            giveBack(desk.waiting.takeAll(), "The program is stopping.")
            for line in desk.lines {
                guard let session = line.session else {
                    dispose(line)
                    continue
                }
                giveBack(session.takeUnstarted(), "The program is stopping.")
                leave(line)
            }
        }
        nextSweep = now
    }

    private func abandonLines() {
        http.abandon()
        for line in Array(lines.values) {
            line.session?.lineBroke("The program stopped before the server answered.")
            if line.session == nil { dispose(line) } else { serve(line) }
        }
    }

    // MARK: What others see

    private func publish() {
        if reportsChanged || http.reportsChanged {
            (reportsChanged, http.reportsChanged) = (false, false)
            let wallNow = clock.now()
            let mail = desks.values.map { $0.report(now: now, wallNow: wallNow) }
            let reports = (mail + http.reports(now: now, wallNow: wallNow)).sorted { $0.providerID < $1.providerID }
            if !Self.same(reports, lastReports) {
                lastReports = reports
                trays.put(transferReports: reports)
            }
        }
        finished += http.takeFinished()
        guard !finished.isEmpty else { return }
        trays.put(finished: finished)
        finished.removeAll(keepingCapacity: true)
    }

    /// The moment of the next try is computed from two clocks; a few milliseconds are no news.
    private static func same(_ left: [LineReport], _ right: [LineReport]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { one, other in
            one.providerID == other.providerID && one.capacity == other.capacity && one.trouble == other.trouble
                && abs((one.retryAt?.milliseconds ?? 0) - (other.retryAt?.milliseconds ?? 0)) < 50
        }
    }
}
