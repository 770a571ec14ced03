/// Makes several calls of a store one commit.
public protocol UnitOfWork: Sendable {
    /// Runs `body` in a transaction that every call of the same store made in it joins, reads included; what they wrote
    /// is on disk when this returns, and nothing of it is there when `body` or one of the calls throws.
    ///
    /// `body` runs on an arbitrary thread, and a second time when another write that shares the commit fails, so it
    /// keeps nothing but its result. Other writers wait for it: it does no slow work.
    @discardableResult
    func commit<Result>(_ body: () throws -> Result) throws -> Result
    /// Tells whoever waits for such work that there is some, with no commit of its own.
    func notify(_ signal: WorkSignal)
}

/// Where the audit is written.
public protocol AuditLog: Sendable {
    func record(_ entry: AuditEntry) throws
}

/// Work that a commit brought: whoever does it waits to be told.
public enum WorkSignal: Sendable, Hashable, CaseIterable {
    /// Something to publish, to deliver or to cancel, or an end of a pause.
    case delivery
    /// A provider was added, changed or removed.
    case providers
    /// A webhook to apply.
    case inbox
}
