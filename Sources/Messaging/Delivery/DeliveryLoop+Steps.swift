import Logging

extension DeliveryLoop {
    struct Plan {
        var claims: [ClaimRequest] = []
        var slots: [Int64: Int] = [:]
        var hasDueQueues = false
        /// Time until the rate limit allows the next message.
        var rateOpensIn: Duration?
    }

    func readProviders(_ state: inout State, at now: Timestamp) throws {
        let isAsked = reloadIsAsked()
        let isStale = state.providersReadAt.map { now - $0 >= Self.longestSleep || now < $0 } ?? true
        guard isAsked || isStale else { return }
        let accounts = try providers.providers(for: nil)
        state.providersReadAt = now
        let known = state.providers.mapValues(\.account)
        state.providers = [:]
        state.defaults = [:]
        for account in accounts.sorted(by: { $0.id < $1.id }) where account.isEnabled {
            do {
                let provider = try catalog.provider(for: account)
                state.providers[account.id] = (account, provider)
                // The enabled default provider, otherwise the oldest enabled one: messages never wait while a provider
                // works.
                if account.isDefault || state.defaults[account.deliveryChannel] == nil {
                    state.defaults[account.deliveryChannel] = account.id
                }
                if known[account.id]?.settings != account.settings {
                    state.rates[account.id] = try rates(of: provider, account.id, at: now)
                    state.wantedConnections[account.id] = nil
                }
            } catch let error as InvalidSettings {
                let words = error.problems.sorted { $0.key < $1.key }.map(\.value).joined(separator: " ")
                guard account.trouble != words else { continue }
                try outbox.noteTrouble(words, providerID: account.id, at: now)
                logger.warning(
                    "a provider's settings are not valid",
                    metadata: ["provider": "\(account.id)", "reason": "\(words)"])
            }
        }
        // They may have been prepared by a provider with other settings.
        state.forms.removeAll(keepingCapacity: true)
        state.formsWeight = 0
        transport.use(state.providers.values.map(\.account))
    }

    private func rates(of provider: any Provider, _ id: Int64, at now: Timestamp) throws -> RateMeter? {
        guard !provider.rates.isUnlimited else { return nil }
        return RateMeter(provider.rates, usage: try outbox.usage(of: id, at: now), at: now)
    }

    /// Cancels a limited number of expired messages. Returns true if some may be left; the next step continues, and
    /// nothing is claimed until then.
    func sweepExpired(_ state: inout State, at now: Timestamp) throws -> Bool {
        guard now - state.expirySweptAt >= .seconds(1) || now < state.expirySweptAt else { return false }
        let cancelled = try outbox.cancelExpired(at: now, limit: Self.sweptTogether)
        if cancelled > 0 { logger.info("messages expired", metadata: ["count": "\(cancelled)"]) }
        if cancelled == Self.sweptTogether { return true }
        state.expirySweptAt = now
        return false
    }

    /// Converts responses to completions, which are kept until a commit has recorded them.
    func collect(_ state: inout State, at now: Timestamp) {
        for finished in transport.collect() {
            guard let flight = state.inFlight.removeValue(forKey: finished.messageID) else { continue }
            let provider = state.providers[finished.providerID]?.provider
            let outcome = finished.response.outcome(for: provider)
            let capabilities = provider?.capabilities ?? ProviderCapabilities()
            let completion =
                cancelledCompletion(of: flight.message, outcome, &state)
                ?? outcomePolicy.completion(
                    of: flight.message, outcome: outcome, digest: flight.digest, capabilities: capabilities,
                    jitter: random(), at: now)
            state.completions.append(completion)
            meter.note(completion, took: now - flight.message.createdAt)
            log(completion)
        }
    }

    /// Logs one line per outcome, with a level that reflects its consequence. Never logs an address.
    private func log(_ completion: AttemptCompletion) {
        let level: Logger.Level =
            switch completion.event {
            case .accepted, .suppressed: .debug
            case .tryLater, .repeatSafely: .info
            default: .warning
            }
        logger.log(
            level: level, "hand-off ended",
            metadata: [
                "message": "\(completion.messageID)", "attempt": "\(completion.attempt)",
                "provider": "\(completion.providerID)", "result": "\(completion.result.rawValue)",
            ])
    }

    func noteTroubles(_ state: inout State, at now: Timestamp) throws -> [Int64: ConnectionReport] {
        var reports: [Int64: ConnectionReport] = [:]
        for report in transport.reports() {
            reports[report.providerID] = report
            guard let account = state.providers[report.providerID]?.account else { continue }
            let known = state.troubles[report.providerID] ?? account.trouble
            guard known != report.trouble else { continue }
            // Only an open connection shows that an earlier failure is over.
            if report.trouble == nil, report.capacity == 0 { continue }
            try outbox.noteTrouble(report.trouble, providerID: report.providerID, at: now)
            state.troubles[report.providerID] = report.trouble
            state.providers[report.providerID]?.account.trouble = report.trouble
            if let trouble = report.trouble {
                logger.warning(
                    "provider cannot be reached",
                    metadata: ["provider": "\(report.providerID)", "reason": "\(trouble)"])
            } else {
                logger.notice("provider is ready", metadata: ["provider": "\(report.providerID)"])
            }
        }
        return reports
    }

    func planClaims(_ state: inout State, reports: [Int64: ConnectionReport], at now: Timestamp) throws -> Plan {
        var plan = Plan()
        // Includes non-default providers: a broadcast may have selected one.
        let mayClaim = state.providers.keys.filter { id in
            let capacity = reports[id]?.capacity ?? 0
            let isFull = capacity > 0 && capacity <= taken(id, state)
            if isFull, state.hungry.contains(id) { openMore(id, &state) }
            return !isFull
        }
        guard !mayClaim.isEmpty else { return plan }
        let queues = try outbox.dueQueues(at: now)
        plan.hasDueQueues = !queues.isEmpty
        state.turn &+= 1
        let byProvider = Dictionary(grouping: queues) { provider(for: $0, state) }
        for case (let id?, let queues) in byProvider {
            guard let (account, provider) = state.providers[id] else { continue }
            let free = freeSlots(id, provider, &state, reports[id], &plan, at: now)
            guard free > 0 else { continue }
            plan.slots[id] = byProvider.count > 1 ? min(free, Self.besideOthers) : free
            plan.claims += Self.share(
                plan.slots[id] ?? free, among: queues, turn: state.turn, account, fromAddress: provider.fromAddress)
        }
        return plan
    }

    /// The selected provider if it exists, is enabled and serves that delivery channel; otherwise the default, so that
    /// messages never wait because of an outdated template.
    private func provider(for queue: MessageQueue, _ state: State) -> Int64? {
        if let chosen = queue.chosenProvider,
            state.providers[chosen]?.account.deliveryChannel == queue.deliveryChannel
        {
            return chosen
        }
        return state.defaults[queue.deliveryChannel]
    }

    /// Slots still taken after the next commit, which both claims and records.
    private func taken(_ id: Int64, _ state: State) -> Int {
        state.underWay[id, default: 0] - state.completions.count { $0.providerID == id }
    }

    /// Opens further connections if all slots are taken and the last claim filled them.
    private func openMore(_ id: Int64, _ state: inout State) {
        let most = state.providers[id]?.provider.maxConnections ?? 1
        let wanted = min(most, state.wantedConnections[id, default: 1] * 2)
        state.wantedConnections[id] = wanted
        transport.open(connections: wanted, to: id)
    }

    /// Free slots of open connections within the rate limit; opens the first connection.
    private func freeSlots(
        _ id: Int64, _ provider: any Provider, _ state: inout State, _ report: ConnectionReport?, _ plan: inout Plan,
        at now: Timestamp
    ) -> Int {
        let capacity = report?.capacity ?? 0
        let free = capacity - taken(id, state)
        if capacity == 0 {
            state.wantedConnections[id] = 1
            transport.open(connections: 1, to: id)
        }
        guard free > 0, let allowed = state.rates[id]?.available(at: now) else { return max(0, free) }
        if allowed == 0, let wait = state.rates[id]?.untilNext(at: now) {
            plan.rateOpensIn = min(plan.rateOpensIn ?? wait, wait)
        }
        return min(free, allowed)
    }

    /// Distributes slots round-robin among broadcasts of one priority: each queue gets an equal share, and a different
    /// one is first at every step.
    static func share(
        _ free: Int, among queues: [MessageQueue], turn: Int, _ account: ProviderAccount, fromAddress: String
    ) -> [ClaimRequest] {
        Dictionary(grouping: queues, by: \.priority).flatMap { _, group in
            let sorted = group.sorted { $0.number < $1.number }
            let first = abs(turn) % sorted.count
            return (sorted[first...] + sorted[..<first]).map {
                ClaimRequest(
                    queue: $0, providerID: account.id, share: max(1, free / sorted.count), fromAddress: fromAddress,
                    credentialGeneration: account.credentialGeneration)
            }
        }
    }

    func commit(_ state: inout State, claims: [ClaimRequest], slots: [Int64: Int], at now: Timestamp) throws -> Step {
        let completions = state.completions
        let (claimed, refused) = try outbox.recordAndClaim(
            completions, claims: claims, slots: slots, metered: Set(state.rates.keys), lease: state.lease, at: now)
        if !claims.isEmpty { state.leaseHeldAt = now }
        state.completions.removeFirst(completions.count)
        for completion in completions { state.underWay[completion.providerID, default: 0] -= 1 }
        for message in claimed {
            state.underWay[message.providerID, default: 0] += 1
            state.rates[message.providerID]?.take(1, at: now)
        }
        for (id, limit) in slots {
            if claimed.count(where: { $0.providerID == id }) >= limit {
                state.hungry.insert(id)
            } else {
                state.hungry.remove(id)
            }
        }
        state.claimed += claimed
        if refused > 0 {
            meter.noteRefused(refused)
            logger.warning("transitions refused", metadata: ["count": "\(refused)"])
        }
        return Step(claimed: claimed.count, recorded: completions.count)
    }

    /// Renders the claimed messages, checks suppressions and submits them. The check comes last, so that only the
    /// transport's queue lies between it and the wire; `cancelSuppressed` covers that queue.
    func handOver(_ state: inout State, at now: Timestamp) throws {
        if state.claimed.isEmpty { return }
        // Rendering may have been kept waiting by a store that could not be read: others might have taken over.
        if !LeaseTerms.mayHandOver(seen: state.leaseHeldAt ?? now, at: now) { try renewLease(&state, at: now) }
        var work: [Rendering.Job] = []
        var unusable: [(message: ClaimedMessage, why: any Error)] = []
        work.reserveCapacity(state.claimed.count)
        for message in state.claimed {
            do {
                let form = try form(of: message.contentID, by: message.providerID, &state)
                let key = FormKey(contentID: message.contentID, providerID: message.providerID)
                work.append(
                    Rendering.Job(message: message, form: form, saysWhereToLeave: state.askingForms.contains(key)))
            } catch let error as StoreUnavailable {
                throw error
            } catch {
                unusable.append((message, error))
            }
        }
        let rendering = Rendering(installation: installation, unsubscribe: unsubscribe, digests: digests)
        let results = rendering.results(of: work)
        let stops = try outbox.suppressions(of: state.claimed)
        for (message, why) in unusable where stops[message.id] == nil {
            refuse(message, because: why, &state, at: now)
        }
        for message in state.claimed {
            guard let stop = stops[message.id] else { continue }
            state.completions.append(outcomePolicy.suppressed(message, by: stop))
        }
        var submissions: [Submission] = []
        submissions.reserveCapacity(work.count)
        for (job, result) in zip(work, results) where stops[job.message.id] == nil {
            switch result {
            case .success(let made):
                state.inFlight[job.message.id] = InFlight(message: job.message, digest: made.digest)
                submissions.append(made.submission)
            case .failure(let error): refuse(job.message, because: error, &state, at: now)
            }
        }
        state.claimed = []
        if !state.completions.isEmpty { wake() }
        transport.submit(submissions)
    }

    // MARK: The lease

    /// Renews it while answers are awaited and nothing is claimed.
    func keepLease(_ state: inout State, at now: Timestamp) throws {
        let holdsAny = !state.inFlight.isEmpty || !state.claimed.isEmpty
        guard holdsAny, state.leaseHeldAt.map({ LeaseTerms.isDue(seen: $0, at: now) }) ?? true else { return }
        try renewLease(&state, at: now)
    }

    private func renewLease(_ state: inout State, at now: Timestamp) throws {
        try outbox.renewLease(state.lease, at: now)
        state.leaseHeldAt = now
    }

    /// Another process took over. What was claimed and not handed over is its to settle; what is on its way ends as it
    /// will, and the store refuses the outcome of what was settled already.
    func beginAnew(_ state: inout State) throws {
        let now = clock.now()
        logger.warning("another process has taken over the claims of this one", metadata: ["lease": "\(state.lease)"])
        for message in state.claimed { state.underWay[message.providerID, default: 0] -= 1 }
        state.claimed = []
        state.lease = try outbox.beginLease(at: now)
        state.leaseHeldAt = now
    }

    private func refuse(_ message: ClaimedMessage, because error: any Error, _ state: inout State, at now: Timestamp) {
        let detail = (error as? MessageRefused)?.detail ?? "The message could not be rendered: \(error)"
        let completion = outcomePolicy.unusable(message, detail: detail)
        state.completions.append(completion)
        meter.note(completion, took: now - message.createdAt)
    }

    private func form(
        of contentID: Int64, by providerID: Int64, _ state: inout State
    ) throws -> any PreparedContent {
        let key = FormKey(contentID: contentID, providerID: providerID)
        if let form = state.forms[key] { return form }
        guard let provider = state.providers[providerID]?.provider else {
            throw MessageRefused("The provider was removed.")
        }
        guard let content = try outbox.content(contentID) else { throw MessageRefused("Its content is gone.") }
        let renderer = try ContentRenderer(content)
        let form = provider.form(of: renderer)
        let weight = content.html.utf8.count + content.text.utf8.count
        if state.forms.count >= Self.cachedForms || state.formsWeight + weight > Self.cachedFormBytes {
            state.forms.removeAll(keepingCapacity: true)
            state.askingForms.removeAll(keepingCapacity: true)
            state.formsWeight = 0
        }
        state.forms[key] = form
        if renderer.asksForUnsubscribing { state.askingForms.insert(key) }
        state.formsWeight += weight
        return form
    }

    /// Releases claimed messages that were not submitted, at shutdown.
    func giveBack(_ state: inout State) {
        for message in state.claimed {
            state.completions.append(
                outcomePolicy.completion(
                    of: message, outcome: .notHandedOver(detail: "The program stopped before the hand-off."),
                    digest: "", capabilities: ProviderCapabilities(), jitter: 0.5, at: clock.now()))
        }
        state.claimed = []
    }

    func idleTime(plan: Plan, at now: Timestamp) throws -> Duration {
        var rest = Self.longestSleep
        if let opens = plan.rateOpensIn { rest = min(rest, opens) }
        if !plan.hasDueQueues, let due = try outbox.nextDue(after: now) {
            rest = min(rest, max(.milliseconds(1), due - now))
        }
        return rest
    }
}
