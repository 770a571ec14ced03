import Messaging

/// Everything about one provider that is spoken to by HTTP: its calls, whether it can be reached, and when to ask again.
/// Lives on the transfer thread.
///
/// A connection of an HTTP request opens with the request, so before messages are claimed one connection is made for
/// nothing else: a provider that cannot be reached holds no message.
final class HTTPConnectionPool {
    /// As it was last read; its settings never change.
    var account: ProviderAccount
    /// `nil`: its settings are not valid, and `invalid` says why.
    let provider: (any HTTPProvider)?
    /// The same, where its requests carry an access token.
    let tokenProvider: (any AccessTokenProvider)?
    var token = AccessToken()
    /// On their way, by libcurl handle.
    var calls: [UnsafeMutableRawPointer: HTTPCall] = [:]
    /// The one that only connects.
    var connectionTest: HTTPCall?
    /// Handles to use again; making one costs more than a request.
    var idle: [HTTPCall] = []
    var isRetiring = false

    private(set) var backOff = BackOff()
    /// The provider asked to be left alone for a while.
    private var throttle = BackOff()
    private let invalid: String?
    private var isConnected = false
    /// Without work it is not believed to be reachable for longer than this.
    private var readyUntil: Tick = 0
    /// The trouble is an answer, such as a wrong token: that it can be connected to does not end it.
    private var isRefused = false

    var providerID: Int64 { account.id }

    init(_ account: ProviderAccount, catalog: ProviderCatalog) {
        self.account = account
        do throws(InvalidSettings) {
            provider = try catalog.provider(for: account) as? any HTTPProvider
            invalid = nil
        } catch {
            provider = nil
            invalid = error.problems.sorted { $0.key < $1.key }.map(\.value).joined(separator: " ")
        }
        tokenProvider = provider as? any AccessTokenProvider
    }

    func serves(_ other: ProviderAccount) -> Bool {
        account.id == other.id && account.settings == other.settings && account.kind == other.kind
    }

    var trouble: String? { invalid ?? backOff.trouble ?? token.backOff.trouble }

    func retryAt(_ now: Tick) -> Tick {
        let connection = max(backOff.retryAt, throttle.retryAt)
        return needsToken(now) ? max(connection, token.backOff.retryAt) : connection
    }

    /// Requests it may be given at once, those under way included.
    func capacity(_ now: Tick) -> Int {
        guard let provider, isReady(now), isOver(now) else { return 0 }
        // One that failed is asked by one message first.
        return backOff.failures > 0 || throttle.failures > 0 ? 1 : max(1, provider.maxConnections)
    }

    private func isReady(_ now: Tick) -> Bool { isConnected && !needsToken(now) }
    func isOver(_ now: Tick) -> Bool { now >= retryAt(now) }

    func needsToken(_ now: Tick) -> Bool { tokenProvider != nil && !token.isUsable(now) }

    /// Its token expires soon, and it is in use, or people see that another could not be had.
    func wantsNewToken(_ now: Tick) -> Bool {
        token.held != nil && !token.isBusy && now >= token.refreshAt && token.backOff.isOver(now)
            && (isConnected || !calls.isEmpty || token.backOff.trouble != nil) && isOver(now)
    }

    func mayTry(_ now: Tick) -> Bool {
        provider != nil && !isReady(now) && connectionTest == nil && !token.isBusy && !isRetiring && isOver(now)
    }

    /// It is tried by itself, so that people see when a trouble is over. Not after a refusal: only a message can tell.
    func shouldRetry(_ now: Tick) -> Bool {
        let isTroubled = backOff.trouble != nil && !isRefused || needsToken(now) && token.backOff.trouble != nil
        return isTroubled && mayTry(now)
    }

    /// When something changes without anybody asking, if that is still to come.
    var moments: [Tick] {
        let token = (token.held == nil ? [] : [token.refreshAt, token.expiresAt]) + [token.backOff.retryAt]
        return [isConnected ? readyUntil : .never, backOff.retryAt, throttle.retryAt] + token
    }

    /// True when that changed what it reports.
    func passTime(_ now: Tick) -> Bool {
        guard isConnected, calls.isEmpty, now >= readyUntil, throttle.isOver(now) else { return false }
        isConnected = false
        return true
    }

    func connected(_ now: Tick, _ timings: ConnectionTimings) {
        isConnected = true
        readyUntil = now + timings.idle
        if !isRefused { backOff.connectionOpened() }
    }

    func failed(_ failure: ConnectionFailure, _ now: Tick, _ timings: ConnectionTimings) {
        isConnected = false
        isRefused = false
        backOff.note(failure, now: now, timings: timings)
    }

    /// What an answer says about the provider itself.
    func note(_ response: ProviderResponse, _ now: Tick, _ timings: ConnectionTimings) {
        readyUntil = now + timings.idle
        guard case .http(let response) = response else {
            if case .brokenConnection(let detail, _) = response {
                failed(ConnectionFailure(words: detail), now, timings)
            }
            return
        }
        switch provider?.outcome(of: response) {
        case .notHandedOver(let detail):
            failed(ConnectionFailure(words: detail, isConfiguration: true), now, timings)
            isRefused = true
        case .deferred(.throttled, let wait, let detail):
            throttle.note(ConnectionFailure(words: detail), now: now, timings: timings, atLeast: wait)
        default: isWell(now)
        }
    }

    /// It took a message, or refused one for the message's own sake.
    private func isWell(_ now: Tick) {
        isRefused = false
        backOff.connectionOpened()
        backOff.messageAnswered()
        // Answers to what was under way when it asked to wait do not end the waiting.
        if throttle.isOver(now) { throttle.messageAnswered() }
    }

    func report(now: Tick, wallNow: Timestamp) -> ConnectionReport {
        let capacity = capacity(now)
        let wait = capacity == 0 ? retryAt(now) - now : 0
        return ConnectionReport(
            providerID: providerID, capacity: capacity, trouble: trouble,
            retryAt: wait > 0 ? wallNow + .nanoseconds(wait) : nil)
    }
}
