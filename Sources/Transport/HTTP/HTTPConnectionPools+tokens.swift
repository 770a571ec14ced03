import CCurl
import Messaging

/// Access token handling. A provider that needs a token is ready only once it has one, so no message is claimed without
/// it and many waiting messages share one fetch.
extension HTTPConnectionPools {
    /// Reads the token from the store the first time, then fetches it from the provider. The connection is tested once
    /// there is a token.
    func obtainToken(_ pool: HTTPConnectionPool, _ provider: any AccessTokenProvider, now: Tick) {
        guard !isStopping, !pool.isRetiring, !pool.token.isBusy else { return }
        if pool.token.isRead { return fetchToken(pool, provider, now: now) }
        pool.token.isReading = true
        keptTokens.read(pool.account, scope: provider.tokenScope)
    }

    /// Handles the token read from the store. A token read for other settings belongs to the previous pool and may come
    /// from an earlier secret.
    func tokenRead(_ token: ProviderToken?, _ account: ProviderAccount, now: Tick) {
        guard let pool = pools[account.id], pool.token.isReading, let provider = pool.tokenProvider,
            pool.serves(account)
        else { return }
        pool.token.isReading = false
        pool.token.isRead = true
        guard !isStopping else { return }
        guard let token, lifetime(of: token) > timings.tokenMargin else {
            return obtainToken(pool, provider, now: now)
        }
        hold(token, pool, now)
    }

    private func lifetime(of token: ProviderToken) -> Duration {
        min(token.expiresAt - clock.now(), ProviderToken.longestLifetime)
    }

    private func hold(_ token: ProviderToken, _ pool: HTTPConnectionPool, _ now: Tick) {
        pool.token.hold(token, lifetime: lifetime(of: token), margin: timings.tokenMargin, now: now)
        reportsChanged = true
        let waiting = pool.token.waiting
        pool.token.waiting = []
        for submission in waiting { begin(submission, pool) }
        if pool.mayTry(now) { tryConnecting(pool, now: now) }
    }

    private func fetchToken(_ pool: HTTPConnectionPool, _ provider: any AccessTokenProvider, now: Tick) {
        let request = provider.tokenRequest(at: clock.now())
        guard request.headers.allSatisfy(\.isOneLine) else {
            let words = "The request for an access token is not valid HTTP."
            return tokenFailed(pool, ConnectionFailure(words: words, isConfiguration: true), now: now)
        }
        guard let call = HTTPCall(provider.tokenEndpoint(of: request), networks: catalog.networks) else {
            return tokenFailed(pool, ConnectionFailure(words: "libcurl gave no handle."), now: now)
        }
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
            let token = try provider.readToken(from: response)
            hold(token, pool, now)
            keptTokens.keep(token, pool.account, scope: provider.tokenScope)
        } catch {
            tokenFailed(
                pool, ConnectionFailure(words: error.detail, isConfiguration: error.isConfiguration), now: now)
        }
    }

    /// Handles a failed fetch. Messages continue to use the previous token while it is valid.
    private func tokenFailed(_ pool: HTTPConnectionPool, _ failure: ConnectionFailure, now: Tick) {
        let isNews = pool.token.backOff.trouble != failure.words
        pool.token.failed(failure, now, timings)
        reportsChanged = true
        if isNews {
            logger.warning(
                "no access token", metadata: ["provider": "\(pool.providerID)", "why": "\(failure.words)"])
        }
        if !pool.token.isUsable(now) { giveBackWaiting(pool, failure.words) }
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
            // The stored token may belong to the pool's successor and come from a newer secret.
            if !pool.isRetiring { keptTokens.forget(pool.providerID, scope: provider.tokenScope) }
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
            if pool.isOver(now) { return obtainToken(pool, provider, now: now) }
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
            obtainToken(pool, provider, now: now)
        }
    }
}
