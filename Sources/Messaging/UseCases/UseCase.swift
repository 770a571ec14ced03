/// One act that a person or a program asks for: *publish this broadcast*, *delete this channel*. Its stored properties are
/// the input; pages, the API and the command line fill it and hand it to `UseCases`.
public protocol UseCase<Output> {
    associatedtype Output
    /// Throws `StoreConflict`, `StoreUnavailable`, or an error of the act's own.
    func perform(_ work: Work) throws -> Output
}

/// Performs acts. The only way from the console and the command line to anything that writes.
public struct UseCases: Sendable {
    let stores: Stores

    init(stores: Stores) { self.stores = stores }

    @discardableResult
    public func perform<Act: UseCase>(_ act: Act, by actor: Actor, at now: Timestamp) throws -> Act.Output {
        try act.perform(Work(stores: stores, actor: actor, now: now))
    }
}

/// What one act works with. What it decides slowly (a preflight, a rendering) it does before its commit.
public struct Work: Sendable {
    let stores: Stores
    let actor: Actor
    let now: Timestamp

    /// Everything `body` writes, its audit entries included, as one commit. Rules of `UnitOfWork.commit`.
    func commit<Result>(_ body: (Commit) throws -> Result) throws -> Result {
        try stores.unit.commit { try body(Commit(stores: stores, actor: actor, now: now)) }
    }

    /// An act that writes nothing but that it happened, such as an export.
    func audit(_ action: String, _ subject: String, detail: String = "") throws {
        try commit { try $0.audit(action, subject, detail: detail) }
    }
}

/// An open commit of an act.
struct Commit {
    let stores: Stores
    let actor: Actor
    let now: Timestamp

    /// Writes who did what. `action` is `verb noun`, such as `create channel`.
    func audit(_ action: String, _ subject: String, detail: String = "") throws {
        try stores.audit.record(entry(action, subject, detail: detail))
    }

    /// For a store that writes it with what it tells of.
    func entry(_ action: String, _ subject: String = "", detail: String = "") -> AuditEntry {
        AuditEntry(
            at: now, userID: actor.userID, actor: actor.name, action: action, subject: subject,
            remoteAddress: actor.remoteAddress, detail: detail)
    }
}
