import Messaging

/// The access token of one provider: which one is held, until when, and who waits for the next one. Lives on the
/// transfer thread.
struct AccessToken {
    private(set) var held: ProviderToken?
    /// Counts the tokens held so far, so that an answer can be told to be about this one or about one before.
    private(set) var number = 0
    /// From here on another is fetched, while this one is still used.
    private(set) var refreshAt: Tick = .never
    private(set) var expiresAt: Tick = 0
    /// The store was asked for one that was kept.
    var isRead = false
    var isReading = false
    /// The request for one, while it is on its way.
    var call: HTTPCall?
    /// It took the place of one that was refused, and has not been accepted yet.
    private(set) var isReplacement = false
    /// Their token was refused; they are sent again with the next one.
    var waiting: [Submission] = []
    /// Messages that were sent again; none is a second time.
    var retried: Set<Int64> = []
    /// After a fetch that failed, whether or not the one before is still good.
    private(set) var backOff = BackOff()

    var isBusy: Bool { isReading || call != nil }

    func isUsable(_ now: Tick) -> Bool { held != nil && now < expiresAt }

    /// - Parameter lifetime: what is left of it, more than zero.
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
