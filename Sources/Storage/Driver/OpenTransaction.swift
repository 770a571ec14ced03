/// The transaction that the current thread has open through `SQLEngine.transaction`; calls of the same engine join it.
///
/// `@unchecked Sendable`: a task-local value must be sendable; this one never leaves the thread that committed to it.
final class OpenTransaction: @unchecked Sendable {
    @TaskLocal static var current: OpenTransaction?

    let engine: ObjectIdentifier
    let connection: any SQLConnection
    /// The first call that threw. What it wrote before may still be there, so the transaction must not commit.
    private(set) var failure: (any Error)?

    init(of engine: AnyObject, on connection: any SQLConnection) {
        self.engine = ObjectIdentifier(engine)
        self.connection = connection
    }

    static func of(_ engine: AnyObject) -> OpenTransaction? {
        guard let current, current.engine == ObjectIdentifier(engine) else { return nil }
        return current
    }

    func join<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
        do {
            return try body(connection)
        } catch {
            if failure == nil { failure = error }
            throw error
        }
    }

    /// Runs `body` with this transaction open.
    func run<Result>(_ body: () throws -> Result) throws -> Result {
        let result = try Self.$current.withValue(self) { try body() }
        if let failure { throw failure }
        return result
    }
}
