import Dispatch
import Logging
import Messaging

/// Access tokens in the store, read and written on a queue of its own so that no commit holds up a socket.
final class KeptTokens: Sendable {
    private let store: (any ProviderTokenStore)?
    private let mailbox: TransportMailbox
    private let logger: Logger
    private let queue = DispatchQueue(label: "provider-tokens")

    /// - Parameter store: `nil`: tokens live as long as the program.
    init(store: (any ProviderTokenStore)?, mailbox: TransportMailbox, logger: Logger) {
        self.store = store
        self.mailbox = mailbox
        self.logger = logger
    }

    /// Answers with the order `tokenRead`.
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

    /// Waits for what is being written.
    func finish() { queue.sync {} }

    /// A store that fails costs another fetch, never a message.
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
