@testable import Messaging
@testable import Storage

/// What must come of it: the model moved by the same events, held against the store and against what the providers did.
extension OutboxWorld {
    func settle(_ id: Int64, _ answer: ProviderResponse) throws {
        guard let message = messages[id] else { return }
        switch answer {
        case .http(let reply):
            switch reply.status {
            case 202:
                messages[id]?.move(.accepted)
                messages[id]?.reference = reply.reason
                applyReceipts(to: id, reply.reason)
            case 401: try later(id)
            case 429: if message.attempts < 24 { try later(id) } else { messages[id]?.giveUp() }
            case 500: if message.attempts < 12 { try later(id) } else { messages[id]?.giveUp() }
            default:
                messages[id]?.move(.refused)
                if reply.status == 410 { suppressed.insert(message.address) }
            }
        case .brokenConnection(_, true): try settleDoubt(id, message)
        default: try later(id)
        }
    }

    private func later(_ id: Int64) throws {
        messages[id]?.move(.tryLater)
        if cancelled.contains(messages[id]?.broadcast ?? 0) { messages[id]?.move(.cancel) }
        noteOutOfPlace(id)
        try readDue(id)
    }

    func settleDoubt(_ id: Int64, _ message: ModelMessage) throws {
        messages[id]?.mayHaveLeft = true
        messages[id]?.binding = message.place
        noteOutOfPlace(id)
        if message.isKeyed && !cancelled.contains(message.broadcast) {
            messages[id]?.move(.repeatSafely)
            try readDue(id)
        } else {
            messages[id]?.move(.lostTrack)
        }
    }

    private func noteOutOfPlace(_ id: Int64) {
        guard let message = messages[id], message.isKeyed, let binding = message.binding else { return }
        if binding != place { messages[id]?.mayBeOutOfPlace = true }
    }

    /// Where texts go now.
    private var place: String? {
        providers[.sms].map { RecordedProvider.url($0, "\(addresses[$0, default: 0])") }
    }

    private func readDue(_ id: Int64) throws {
        if let due = try store.message(id)?.row.dueAt { messages[id]?.dueAt = due }
    }

    /// It may have been claimed for the last look, which finds it suppressed; the model cannot see that.
    func isLost(_ message: ModelMessage) -> Bool {
        message.status == .pending && suppressed.contains(message.address)
    }

    /// Holds the store against the model, and both against what the providers did.
    func compare() throws {
        var start = PageStart.newest
        var seen = 0
        while true {
            let page = try store.messages(MessageFilter(), from: start, limit: 200)
            for row in page.items { compare(row) }
            seen += page.items.count
            guard let next = page.next else { break }
            start = .after(next)
        }
        if seen != messages.count { complain("\(seen) messages in the log, \(messages.count) accepted") }
        for id in broadcasts { try compareBooks(id) }
        if try !store.unbalancedBroadcasts().isEmpty { complain("the books do not balance") }
    }

    private func compare(_ row: MessageRow) {
        guard var message = messages[row.id] else { return complain("\(row.id) was never accepted") }
        if isLost(message) {
            if ![.pending, .sending, .skipped, .unknown, .cancelled].contains(row.status) {
                complain("\(row.id), suppressed, is \(row.status)")
            }
            if row.status != .sending { message.status = row.status }
            message.attempts = row.attempts
        } else if message.status == .pending, let end = message.expiresAt, end <= lastMoment,
            row.status == (message.mayHaveLeft ? .unknown : .cancelled)
        {
            message.status = row.status
        } else if message.status == .pending, message.mayBeOutOfPlace, row.status == .unknown {
            message.status = .unknown
        }
        let isLastLook = isLost(message) && row.status == .sending
        if row.status != message.status, !isLastLook { complain("\(row.id) is \(row.status), not \(message.status)") }
        if row.attempts != message.attempts {
            complain("\(row.id) has \(row.attempts) attempts, not \(message.attempts)")
        }
        messages[row.id] = message
        compareWithProvider(row.id, message)
    }

    /// The clock may have been set back since.
    private var lastMoment: Timestamp { now + .seconds(24 * 3600) }

    private func compareWithProvider(_ id: Int64, _ message: ModelMessage) {
        if message.taken > message.allowance { complain("\(id) was sent \(message.taken) times") }
        if [.sent, .delivered, .opened, .read].contains(message.status), message.taken == 0, !message.assumedSent {
            complain("\(id) is \(message.status), and nobody sent it")
        }
        if message.mayHaveLeft, [.cancelled, .skipped].contains(message.status) {
            complain("\(id) may have left, and is \(message.status)")
        }
        if !message.isKeyed, message.taken >= message.allowance,
            [.pending, .cancelled, .skipped].contains(message.status)
        {
            complain("\(id) was sent, and is \(message.status)")
        }
    }

    private func compareBooks(_ id: Int64) throws {
        let books = try store.books(of: id)
        let own = messages.values.filter { $0.broadcast == id }
        if books.planned != own.count || !books.balance { complain("\(id): planned \(books.planned) of \(own.count)") }
        for status in MessageStatus.outbound where !own.contains(where: { isLost($0) }) {
            let count = own.count { $0.status == status }
            if books[status] != count { complain("\(id): \(books[status]) \(status), not \(count)") }
        }
    }

    /// Everything goes on undisturbed until nothing is left to do.
    func finish() throws {
        for id in paused { try store.resume(id, at: now) }
        paused = []
        for _ in 0..<400 {
            clock.forward(.seconds(7200))
            try deliver()
            answerSome(all: true)
            try deliver()
            let counts = try store.overview(at: now).counts
            if counts[.pending, default: 0] + counts[.sending, default: 0] == 0 { break }
        }
        try compare()
        for (id, message) in messages where !message.status.isSettled { complain("\(id) never ended") }
    }
}
