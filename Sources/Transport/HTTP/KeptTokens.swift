import Dispatch
import Logging
import Messaging

/// Access token persistence on a serial queue of its own, so that commits do not block the sockets.
final class KeptTokens: Sendable {
    private let store: (any ProviderTokenStore)?
    private let mailbox: TransportMailbox
    private let logger: Logger
    private let queue = DispatchQueue(label: "provider-tokens")

    /// - Parameter store: `nil` keeps tokens for the lifetime of the process only.
    init(store: (any ProviderTokenStore)?, mailbox: TransportMailbox, logger: Logger) {
        self.store = store
        self.mailbox = mailbox
        self.logger = logger
    }

    /// Reads a token; the result arrives as the order `tokenRead`.
    func read(_ account: ProviderAccount, scope: String) {
        queue.async { [self] in
            let token = attempt { try $0.providerToken(account.id, scope: scope) } ?? nil
            mailbox.give(.tokenRead(token, account))
        }
    }

    func keep(_ token: ProviderToken, _ account: ProviderAccount, scope: String) {
        queue.async { [self] in attempt { try $0.keep(token, for: account, scope: scope) } }
    }

    func forget(_ providerID: Int64, scope: String) {
        queue.async { [self] in attempt { try $0.forgetProviderToken(providerID, scope: scope) } }
    }

    /// Waits for pending writes.
    func finish() { queue.sync {} }

    /// Ignores store failures, which cost another fetch but never a message.
    @discardableResult
    private func attempt<Value>(_ work: (any ProviderTokenStore) throws -> Value) -> Value? {
        guard let store else { return nil }
        do {
            return try work(store)
        } catch {
            logger.warning("an access token could not be kept or read", metadata: ["why": "\(error)"])
            return nil
        }
    }
}
