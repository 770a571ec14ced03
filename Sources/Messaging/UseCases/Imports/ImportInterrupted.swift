/// An import broke off between its commits: what it had written by then is kept, and taking the same rows again writes
/// nothing twice.
public struct ImportInterrupted: Error, Sendable {
    public var cause: any Error

    public init(_ cause: any Error) { self.cause = cause }

    /// Why, in a sentence for whoever started it.
    public var reason: String {
        switch cause {
        case let trouble as StoreUnavailable where trouble.isFull: "The disk is full."
        case is StoreUnavailable: "The store was busy for too long."
        case StoreConflict.notFound: "The channel was deleted."
        default: "The file could not be read to its end."
        }
    }
}

extension Work {
    /// Takes rows in many commits. The audit says that it began before the first one, and what was taken after the last
    /// one, also where it broke off. Throws `ImportInterrupted` once it has begun.
    ///
    /// - Parameter take: hands its progress, after every commit, to what it is given.
    func takeRows(
        _ action: String, _ subject: String, words: (ImportProgress) -> String,
        _ take: ((ImportProgress) -> Void) throws -> ImportProgress
    ) throws -> ImportProgress {
        try audit(action, subject, detail: "started")
        var last = ImportProgress()
        do {
            last = try take { last = $0 }
        } catch {
            // A store that could not take the rows may not take this either.
            try? audit(action, subject, detail: "failed: \(words(last))")
            throw ImportInterrupted(error)
        }
        do {
            try audit(action, subject, detail: words(last))
        } catch {
            throw ImportInterrupted(error)
        }
        return last
    }
}
