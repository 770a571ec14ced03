/// Writes when a session or a token was last used; not audited.
public struct NoteActivity: UseCase {
    public enum Subject: Sendable, Hashable {
        case session(hash: String)
        case token(Int64)
    }

    public var subject: Subject

    public init(of subject: Subject) { self.subject = subject }

    public func perform(_ work: Work) throws {
        switch subject {
        case .session(let hash): try work.stores.access.touchSession(hash: hash, at: work.now)
        case .token(let id): try work.stores.access.touchToken(id, at: work.now)
        }
    }
}
