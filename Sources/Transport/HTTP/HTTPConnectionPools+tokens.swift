import CCurl
import Messaging

/// Access token handling. A provider that needs a token is ready only once it has one, so no message is claimed without
/// it and many waiting messages share one fetch.
extension HTTPConnectionPools {
    /// Reads the token from the store the first time, then fetches it from the provider. The connection is tested once
    /// there is a token.
    func obtainToken(_ pool: HTTPConnectionPool, _ provider: any AccessTokenProvider) {
        guard !isStopping, !pool.isRetiring, !pool.token.isBusy else { return }
        if pool.token.isRead { return fetchToken(pool, provider) }
        pool.token.isReading = true
        keptTokens.read(pool.providerID, scope: provider.tokenScope)
    }

    /// Handles the token read from the store.
    func tokenRead(_ token: ProviderToken?, _ providerID: Int64, scope: String, now: Tick) {
        guard let pool = pools[providerID], pool.token.isReading, let provider = pool.tokenProvider,
            provider.tokenScope == scope
        else { return }
        pool.token.isReading = false
        pool.token.isRead = true
        guard let token, lifetime(of: token) > timings.tokenMargin else { return obtainToken(pool, provider) }
        hold(token, pool, now)
    }

    private func lifetime(of token: ProviderToken) -> Duration { token.expiresAt - clock.now() }

    private func hold(_ token: ProviderToken, _ pool: HTTPConnectionPool, _ now: Tick) {
        pool.token.hold(token, lifetime: lifetime(of: token), margin: timings.tokenMargin, now: now)
        reportsChanged = true
        let waiting = pool.token.waiting
        pool.token.waiting = []
        for submission in waiting { begin(submission, pool) }
        if pool.mayTry(now) { tryConnecting(pool, now: now) }
    }

    private func fetchToken(_ pool: HTTPConnectionPool, _ provider: any AccessTokenProvider) {
        let request = provider.tokenRequest(at: clock.now())
        guard request.headers.allSatisfy(\.isOneLine),
            let call = HTTPCall(provider.tokenEndpoint(of: request), networks: catalog.networks)
        else { return }
        call.begin(request, for: nil, connecting: timings.connect)
        pool.token.call = call
        start(call, pool)
    }

    /// Handles the response to a token request.
    func tokenEnded(_ call: HTTPCall, _ pool: HTTPConnectionPool, _ code: CURLcode, now: Tick) {
        dropTokenCall(pool)
        guard let provider = pool.tokenProvider else { return }
        guard case .http(let response) = call.ended(code, at: clock.now()) else {
            return tokenFailed(pool, call.failure(code), now: now)
        }
        do throws(TokenRefused) {
            let token = try provider.token(from: response)
            guard lifetime(of: token) > .zero else {
                throw TokenRefused("The provider gave an access token that has expired.", isConfiguration: false)
            }
            keptTokens.keep(token, pool.providerID, scope: provider.tokenScope)
            hold(token, pool, now)
        } catch {
            tokenFailed(
                pool,
                ConnectionFailure(words: provider.hidingSecrets(error.detail), isConfiguration: error.isConfiguration),
                now: now)
        }
    }

    private func tokenFailed(_ pool: HTTPConnectionPool, _ failure: ConnectionFailure, now: Tick) {
        if pool.token.isUsable(now) {
            pool.token.putOffRefresh(until: now + timings.firstRetry)
            return
        }
        pool.failed(failure, now, timings)
        giveBackWaiting(pool, failure.words)
    }

    func giveBackWaiting(_ pool: HTTPConnectionPool, _ detail: String) {
        for submission in pool.token.waiting { pool.token.retried.remove(submission.messageID) }
        giveBack(pool.token.waiting, detail)
        pool.token.waiting = []
    }

    func dropTokenCall(_ pool: HTTPConnectionPool) {
        guard let call = pool.token.call else { return }
        owners[call.easy] = nil
        pool.token.call = nil
        curl_multi_remove_handle(eventLoop.multi, call.easy)
    }

    /// Returns true if the response only rejects the token; the message then waits for a new one.
    func waitsForToken(
        _ submission: Submission, sentWith number: Int?, _ response: ProviderResponse, _ pool: HTTPConnectionPool
    ) -> Bool {
        guard let provider = pool.tokenProvider, case .http(let response) = response else { return false }
        guard provider.refusesToken(response) else {
            if number == pool.token.number { pool.token.wasAccepted() }
            return false
        }
        // Another message may have reported the rejection before.
        let isNews = number == pool.token.number && pool.token.held != nil
        let isLast = isNews && pool.token.isReplacement
        if isNews {
            pool.token.wasRefused()
            keptTokens.forget(pool.providerID, scope: provider.tokenScope)
        }
        guard !isLast, !isStopping, !pool.isRetiring, pool.token.retried.insert(submission.messageID).inserted else {
            return false
        }
        pool.token.waiting.append(submission)
        return true
    }

    /// Resends waiting submissions as soon as the provider can take them.
    func serveWaiting(_ pool: HTTPConnectionPool, now: Tick) {
        guard !pool.token.waiting.isEmpty, let provider = pool.tokenProvider else { return }
        guard pool.token.isUsable(now) else {
            if pool.isOver(now) { return obtainToken(pool, provider) }
            return giveBackWaiting(pool, pool.trouble ?? "The provider cannot be reached right now.")
        }
        let waiting = pool.token.waiting
        pool.token.waiting = []
        for submission in waiting { begin(submission, pool) }
    }

    /// Renews expiring tokens of providers in use; idle providers are skipped.
    func refreshTokens(now: Tick) {
        guard !isStopping else { return }
        for pool in pools.values where pool.wantsNewToken(now) {
            guard let provider = pool.tokenProvider else { continue }
            obtainToken(pool, provider)
        }
    }
}
