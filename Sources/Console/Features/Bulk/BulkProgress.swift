import HTTPServing
import Messaging
import Synchronization

/// Live part of a bulk's page: cards, progress bar, books and pending decisions.
struct BulkProgress: Sendable {
    struct Card: Sendable {
        let label: String
        let value: String
        let note: String?
        let tone: String
        let href: String?
    }

    struct Line: Sendable {
        let label: String
        let value: String
        let href: String?
        let isLast: Bool
    }

    let shell: Shell
    let refreshHref: String
    let isLive: Bool
    let stats: [Card]
    let hasBar: Bool
    let done: String
    let total: String
    let percent: String
    let rate: String?
    let timeLeft: String?
    let hasBooks: Bool
    let planned: String
    let books: [Line]
    let balances: Bool
    let jobs: [String]
    let unknown: String?
    let unknownWord: String
    let unknownHref: String?
    let retryHref: String?
    let assumeHref: String?
}

extension BulkProgress {
    /// - Parameter refresh: URL of the containing page, polled for updates.
    init(_ context: RequestContext, _ broadcast: Broadcast, refresh: String) throws {
        let books = try context.services.broadcasts.books(of: broadcast.id)
        let jobs = try context.services.bulk.openJobs(of: broadcast.id, limit: 10)
        let counts = BulkCounts(books)
        let path = Paths.bulk(broadcast.id)
        func group(_ group: StatusGroup, _ count: Int) -> String? {
            count == 0 ? nil : Paths.with(path, [("status", group.rawValue)])
        }
        let isMoving = [.publishing, .published].contains(broadcast.status) && counts.pending > 0
        let pace = context.site.gauge.pace(of: broadcast.id, done: counts.done, at: context.now)
        shell = context.shell(.bulk)
        refreshHref = refresh
        isLive = isMoving || broadcast.status == .scheduled || !jobs.isEmpty
        stats = [
            Card(
                label: "Total recipients", value: EnglishFormat.count(broadcast.receiverCount), note: nil, tone: "",
                href: nil),
            Card(
                label: "Sent", value: EnglishFormat.count(counts.sent), note: nil, tone: counts.sent > 0 ? "green" : "",
                href: group(.sent, counts.sent)),
            Card(
                label: "Pending", value: EnglishFormat.count(counts.pending), note: nil,
                tone: counts.pending > 0 ? "amber" : "", href: group(.pending, counts.pending)),
            Card(
                label: "Failed", value: EnglishFormat.count(counts.failed), note: nil,
                tone: counts.failed > 0 ? "red" : "",
                href: group(.failed, counts.failed)),
        ]
        hasBar = books.planned > 0
        (done, total) = (EnglishFormat.count(counts.done), EnglishFormat.count(books.planned))
        percent = String(books.planned == 0 ? 0 : counts.done * 100 / books.planned)
        rate = isMoving ? pace.map { "\(EnglishFormat.count(Int($0.rounded()))) a second" } : nil
        timeLeft =
            isMoving
            ? pace.flatMap {
                $0 > 0 ? EnglishFormat.duration(seconds: Int((Double(counts.pending) / $0).rounded(.up))) : nil
            }
            : nil
        planned = EnglishFormat.count(books.planned)
        hasBooks = books.planned > 0
        balances = books.balance
        let shown = MessageStatus.outbound.filter { books[$0] > 0 }
        self.books = shown.map { status in
            Line(
                label: status.rawValue, value: EnglishFormat.count(books[status]),
                href: StatusGroup(rawValue: status.rawValue).flatMap { group($0, books[status]) }
                    ?? group(.pending, 1), isLast: status == shown.last)
        }
        self.jobs = jobs.map(Self.words)
        let doubts = books[.unknown]
        unknown = doubts == 0 ? nil : EnglishFormat.count(doubts)
        unknownWord = doubts == 1 ? "message is" : "messages are"
        unknownHref = group(.unknown, doubts)
        let mayDecide = doubts > 0 && broadcast.status != .cancelled
        retryHref = mayDecide ? context.link(Paths.decideBulk(broadcast.id, .retryUnknown)) : nil
        assumeHref = mayDecide ? context.link(Paths.decideBulk(broadcast.id, .assumeSent)) : nil
    }

    private static func words(_ job: BroadcastJob) -> String {
        let done = EnglishFormat.count(job.done)
        switch job.work {
        case .add:
            let seen = job.done + job.merged
            let of = job.total.map { " of \(EnglishFormat.count(max($0, seen)))" } ?? ""
            return "Adding receivers: \(EnglishFormat.count(seen))\(of)"
        case .cancel: return "Cancelling: \(done) messages so far"
        case .decide(.assumeSent): return "Counting as sent: \(done) messages so far"
        case .decide: return "Sending again: \(done) messages so far"
        }
    }
}

/// Measures the speed of broadcasts from the samples of the last half minute. In memory only, because it is purely
/// informational.
final class ProgressGauge: Sendable {
    private struct Sample {
        var at: Timestamp
        var done: Int
    }

    private static let window: Duration = .seconds(30)
    /// Maximum broadcasts tracked; a few hundred bytes each.
    private static let capacity = 256
    private let samples = Mutex<[Int64: [Sample]]>([:])

    /// Messages per second; `nil` until there are two samples at least a second apart.
    func pace(of broadcast: Int64, done: Int, at now: Timestamp) -> Double? {
        samples.withLock { samples in
            var mine = (samples[broadcast] ?? []).filter {
                now - $0.at < Self.window && $0.at <= now && $0.done <= done
            }
            let first = mine.first
            // One sample per second is enough, however many viewers there are.
            if mine.last.map({ now - $0.at >= .seconds(1) }) ?? true { mine.append(Sample(at: now, done: done)) }
            if samples.count >= Self.capacity, samples[broadcast] == nil { samples.removeAll() }
            samples[broadcast] = mine
            guard let first, now - first.at >= .seconds(1) else { return nil }
            return Double(done - first.done) / (Double((now - first.at).milliseconds) / 1000)
        }
    }
}
