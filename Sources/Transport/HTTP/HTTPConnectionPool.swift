import Messaging

/// State of one HTTP provider: its calls, whether it is reachable, and when to retry. Confined to the transport thread.
///
/// HTTP opens its connection with the request, so a test connection is made before messages are claimed: an unreachable
/// provider holds no messages.
final class HTTPConnectionPool {
    /// Account as last read; its settings never change within a pool.
    var account: ProviderAccount
    /// `nil` if the settings are invalid; `invalid` has the reason.
    let provider: (any HTTPProvider)?
    /// The provider, if its requests carry an access token.
    let tokenProvider: (any AccessTokenProvider)?
    var token = AccessToken()
    /// Calls in flight, by libcurl handle.
    var calls: [UnsafeMutableRawPointer: HTTPCall] = [:]
    /// Connection test in flight.
    var connectionTest: HTTPCall?
    /// Handles for reuse; creating one costs more than a request.
    var idle: [HTTPCall] = []
    var isRetiring = false

    private(set) var backOff = BackOff()
    /// Throttling requested by the provider.
    private var throttle = BackOff()
    private let invalid: String?
    private var isConnected = false
    /// End of the time for which an idle provider counts as reachable.
    private var readyUntil: Tick = 0
    /// The failure is a response, such as a rejected token, so a successful connection does not clear it.
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

    /// Maximum concurrent requests, including those in flight.
    func capacity(_ now: Tick) -> Int {
        guard let provider, isReady(now), isOver(now) else { return 0 }
        // After a failure, a single message probes the provider.
        return backOff.failures > 0 || throttle.failures > 0 ? 1 : max(1, provider.maxConnections)
    }

    private func isReady(_ now: Tick) -> Bool { isConnected && !needsToken(now) }
    func isOver(_ now: Tick) -> Bool { now >= retryAt(now) }

    func needsToken(_ now: Tick) -> Bool { tokenProvider != nil && !token.isUsable(now) }

    /// Whether a refresh is due: the token expires soon and is in use, or a failed refresh is being reported.
    func wantsNewToken(_ now: Tick) -> Bool {
        token.held != nil && !token.isBusy && now >= token.refreshAt && token.backOff.isOver(now)
            && (isConnected || !calls.isEmpty || token.backOff.trouble != nil) && isOver(now)
    }

    func mayTry(_ now: Tick) -> Bool {
        provider != nil && !isReady(now) && connectionTest == nil && !token.isBusy && !isRetiring && isOver(now)
    }

    /// Whether to retry without a message, so that users see when a failure is over. Not after a rejection, which only
    /// a message can clear.
    func shouldRetry(_ now: Tick) -> Bool {
        let isTroubled = backOff.trouble != nil && !isRefused || needsToken(now) && token.backOff.trouble != nil
        return isTroubled && mayTry(now)
    }

    /// Upcoming times at which the state changes by itself.
    var moments: [Tick] {
        let token = (token.held == nil ? [] : [token.refreshAt, token.expiresAt]) + [token.backOff.retryAt]
        return [isConnected ? readyUntil : .never, backOff.retryAt, throttle.retryAt] + token
    }

    /// Returns true if the reported state changed.
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

    /// Updates the provider's state from a response.
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

    /// The provider accepted a message, or rejected one for a reason of the message's own.
    private func isWell(_ now: Tick) {
        isRefused = false
        backOff.connectionOpened()
        backOff.messageAnswered()
        // Responses to requests sent before the throttling do not end it.
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
