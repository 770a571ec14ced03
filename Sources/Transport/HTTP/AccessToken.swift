import Messaging

/// Access token state of one provider: the current token, its expiry and the submissions that wait for the next one.
/// Confined to the transport thread.
struct AccessToken {
    private(set) var held: ProviderToken?
    /// Sequence number of the current token; tells whether a response is about this token or an earlier one.
    private(set) var number = 0
    /// When to fetch the next token; the current one stays in use meanwhile.
    private(set) var refreshAt: Tick = .never
    private(set) var expiresAt: Tick = 0
    /// The stored token has been requested.
    var isRead = false
    var isReading = false
    /// Token request in flight.
    var call: HTTPCall?
    /// Replaces a rejected token and has not been accepted yet.
    private(set) var isReplacement = false
    /// Submissions whose token was rejected; resent with the next token.
    var waiting: [Submission] = []
    /// Messages already resent once; none is resent twice.
    var retried: Set<Int64> = []
    /// Back-off after a failed fetch, whether or not the previous token is still valid.
    private(set) var backOff = BackOff()

    var isBusy: Bool { isReading || call != nil }

    func isUsable(_ now: Tick) -> Bool { held != nil && now < expiresAt }

    /// - Parameter lifetime: remaining lifetime, greater than zero.
    mutating func hold(_ token: ProviderToken, lifetime: Duration, margin: Duration, now: Tick) {
        held = token
        number += 1
        backOff = BackOff()
        expiresAt = now + lifetime
        refreshAt = now + (lifetime > margin * 2 ? lifetime - margin : lifetime / 2)
    }

    mutating func wasAccepted() { isReplacement = false }

    mutating func wasRefused() {
        held = nil
        isReplacement = true
    }

    mutating func failed(_ failure: ConnectionFailure, _ now: Tick, _ timings: ConnectionTimings) {
        backOff.note(failure, now: now, timings: timings)
    }
}
