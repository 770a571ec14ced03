import CCurl
import Logging
import Messaging

/// All providers that are spoken to by HTTP. Lives on the transfer thread, whose epoll and libcurl handle it shares.
final class HTTPDesks {
    private let waiter: Waiter
    private let catalog: ProviderCatalog
    private let clock: WallClock
    private let timings: LineTimings
    private let logger: Logger
    private var desks: [Int64: HTTPDesk] = [:]
    private var retiring: [HTTPDesk] = []
    private var owners: [UnsafeMutableRawPointer: HTTPDesk] = [:]
    private var finished: [Finished] = []
    private var isStopping = false
    var reportsChanged = true

    /// Connections kept open between requests, of all providers together. libcurl's own rule, four for each handle in
    /// use at the moment, would close most of them whenever there is a pause.
    private static let keptConnections = 512

    init(waiter: Waiter, catalog: ProviderCatalog, clock: WallClock, timings: LineTimings, logger: Logger) {
        self.waiter = waiter
        self.catalog = catalog
        self.clock = clock
        self.timings = timings
        self.logger = logger
        _ = ccurl_multi_set_long(waiter.multi, CURLMOPT_MAXCONNECTS, Self.keptConnections)
    }

    var isIdle: Bool { owners.isEmpty }

    func takeFinished() -> [Finished] {
        defer { finished.removeAll(keepingCapacity: true) }
        return finished
    }

    func serves(_ providerID: Int64) -> Bool { desks[providerID] != nil }

    func use(_ accounts: [ProviderAccount]) {
        var next: [Int64: HTTPDesk] = [:]
        for account in accounts where account.isEnabled && catalog.kind(account.kind) is any HTTPProvider.Type {
            let known = desks[account.id]
            next[account.id] = known?.serves(account) == true ? known : HTTPDesk(account, catalog: catalog)
        }
        for desk in desks.values where next[desk.providerID] !== desk {
            desk.isRetiring = true
            retiring.append(desk)
            dropTrial(desk)
        }
        desks = next
        reportsChanged = true
    }

    /// Looks whether the provider can be reached, unless that is known.
    func open(_ providerID: Int64, now: Tick) {
        guard !isStopping, let desk = desks[providerID], desk.mayTry(now) else { return }
        tryConnecting(desk)
    }

    private func tryConnecting(_ desk: HTTPDesk) {
        guard let call = call(for: desk) else { return }
        call.beginConnecting(timeLimit: timings.connect)
        desk.trial = call
        start(call, desk)
    }

    private func call(for desk: HTTPDesk) -> HTTPCall? {
        if let known = desk.idle.popLast() { return known }
        guard let endpoint = desk.provider?.endpoint else { return nil }
        return HTTPCall(endpoint, networks: catalog.networks)
    }

    private func start(_ call: HTTPCall, _ desk: HTTPDesk) {
        owners[call.easy] = desk
        curl_multi_add_handle(waiter.multi, call.easy)
    }

    func submit(_ handovers: [Handover], to providerID: Int64, now: Tick) {
        guard !isStopping, let desk = desks[providerID], desk.capacity(now) > 0 else {
            return giveBack(handovers, desks[providerID]?.trouble ?? "The provider cannot be reached right now.")
        }
        for handover in handovers {
            guard case .http(let transfer) = handover.transfer, transfer.headers.allSatisfy(\.isOneLine) else {
                giveBack([handover], "The request cannot be put into HTTP.")
                continue
            }
            guard let call = call(for: desk) else {
                giveBack([handover], "libcurl gave no handle.")
                continue
            }
            call.begin(handover, transfer, connecting: timings.connect)
            desk.calls[call.easy] = call
            start(call, desk)
        }
    }

    private func giveBack(_ handovers: [Handover], _ detail: String) {
        finished += handovers.map { $0.notHandedOver(detail) }
    }

    /// libcurl is done with a handle; false when it is none of ours.
    func ended(_ easy: UnsafeMutableRawPointer, _ code: CURLcode, now: Tick) -> Bool {
        guard let desk = owners.removeValue(forKey: easy) else { return false }
        let trouble = desk.trouble
        if let trial = desk.trial, trial.easy == easy {
            if code == CURLE_OK {
                desk.connected(now, timings)
            } else {
                desk.failed(trial.failure(code), now, timings)
            }
            dropTrial(desk)
        } else if let call = desk.calls.removeValue(forKey: easy), let handover = call.handover {
            let answer = call.ended(code, at: clock.now())
            curl_multi_remove_handle(waiter.multi, easy)
            finished.append(handover.finished(answer))
            desk.note(answer, now, timings)
            if !desk.isRetiring { desk.idle.append(call) }
        }
        reportsChanged = true
        if let news = desk.trouble, news != trouble {
            logger.warning(
                "the provider takes no messages", metadata: ["provider": "\(desk.providerID)", "why": "\(news)"])
        }
        return true
    }

    /// Its connection was made for nothing else and closes with the handle.
    private func dropTrial(_ desk: HTTPDesk) {
        guard let trial = desk.trial else { return }
        owners[trial.easy] = nil
        desk.trial = nil
        curl_multi_remove_handle(waiter.multi, trial.easy)
    }

    // MARK: Time

    func sweep(now: Tick) {
        retiring.removeAll { $0.calls.isEmpty }
        for desk in desks.values {
            if desk.passTime(now) { reportsChanged = true }
            if !isStopping, desk.shouldRetry(now) { tryConnecting(desk) }
            // What was held back by a pause may go on; nobody but the report says so.
            if desk.retryAt <= now { reportsChanged = true }
        }
    }

    func soonest(after now: Tick) -> Tick {
        desks.values.flatMap(\.moments).filter { $0 > now }.min() ?? .never
    }

    /// Nothing new begins; what no server can have comes back at once.
    func stop() {
        isStopping = true
        for desk in Array(desks.values) + retiring {
            dropTrial(desk)
            for call in desk.calls.values where !call.mayBeHandedOver { abandon(call, desk) }
        }
    }

    /// The time for answers is over.
    func abandon() {
        for desk in Array(desks.values) + retiring {
            for call in desk.calls.values { abandon(call, desk) }
        }
    }

    private func abandon(_ call: HTTPCall, _ desk: HTTPDesk) {
        guard let handover = call.handover else { return }
        desk.calls[call.easy] = nil
        owners[call.easy] = nil
        let handedOver = call.mayBeHandedOver
        curl_multi_remove_handle(waiter.multi, call.easy)
        let detail =
            handedOver ? "The program stopped before the provider answered." : "The program is stopping."
        finished.append(handover.finished(.brokenLine(detail: detail, handedOver: handedOver)))
    }

    func reports(now: Tick, wallNow: Timestamp) -> [LineReport] {
        desks.values.map { $0.report(now: now, wallNow: wallNow) }
    }
}
