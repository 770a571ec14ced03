import Crypto
import Foundation
import Messaging

/// Signatures of webhooks as Standard Webhooks 1.0 has them: HMAC-SHA256 over `id.timestamp.body`, in Base64, one or more
/// of them (while a secret is being replaced) in the header `webhook-signature`.
struct StandardWebhooks: Sendable, Hashable {
    /// How far the sender's clock may be from ours, either way. An older request may be one that was recorded.
    static let tolerance: Duration = .seconds(300)
    /// Bytes of a `webhook-id`.
    static let longestID = 200
    /// 24 to 64 bytes, as the specification asks.
    static let keyLengths = 24...64
    private static let prefix = "whsec_"

    /// While one is being replaced, the new one and the old.
    private static let mostSecrets = 2

    private let keys: [[UInt8]]

    /// - Parameter secret: `whsec_` and the key in Base64, or two of them with a space between; `nil` when it is not that.
    init?(secret: String) {
        let secrets = secret.split(separator: " ").map(String.init)
        let keys = secrets.compactMap(Self.key)
        guard (1...Self.mostSecrets).contains(secrets.count), keys.count == secrets.count else { return nil }
        self.keys = keys
    }

    private static func key(_ secret: String) -> [UInt8]? {
        let text = secret.hasPrefix(prefix) ? String(secret.dropFirst(prefix.count)) : secret
        guard let key = Data(base64Encoded: text), keyLengths.contains(key.count) else { return nil }
        return Array(key)
    }

    /// Timestamps that a request received at that time may have, in seconds since 1970. Compared, not subtracted: the
    /// header is read before the signature, so it may hold any number.
    private static func window(around time: Timestamp) -> ClosedRange<Int64> {
        let seconds = time.milliseconds / 1000
        return seconds - tolerance.components.seconds...seconds + tolerance.components.seconds
    }

    /// The request's id. Throws `WebhookRefused.unsigned`.
    func verify(_ request: WebhookRequest) throws(WebhookRefused) -> String {
        guard let id = request[header: "webhook-id"], (1...Self.longestID).contains(id.utf8.count),
            let timestamp = request[header: "webhook-timestamp"], let seconds = Int64(timestamp),
            Self.window(around: request.receivedAt).contains(seconds),
            let signatures = request[header: "webhook-signature"]
        else { throw .unsigned }
        let signed = Array("\(id).\(timestamp).".utf8) + request.body
        let isGenuine = signatures.split(separator: " ").prefix(Self.mostSignatures).contains { signature in
            guard signature.hasPrefix("v1,"), let code = Data(base64Encoded: String(signature.dropFirst(3))) else {
                return false
            }
            // Each in constant time.
            return keys.contains { key in
                HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: SymmetricKey(data: key))
            }
        }
        guard isGenuine else { throw .unsigned }
        return id
    }

    /// More than one while a secret is being replaced; a header full of them is no sender's.
    private static let mostSignatures = 8
}
