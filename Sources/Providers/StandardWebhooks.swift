import Crypto
import Foundation
import Messaging

/// Webhook signatures according to Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body` in base64, in the header
/// `webhook-signature`, which may list several during secret rotation.
struct StandardWebhooks: Sendable, Hashable {
    /// Maximum clock difference in either direction; an older request may be a replay.
    static let tolerance: Duration = .seconds(300)
    /// Maximum length of a `webhook-id`, in bytes.
    static let longestID = 200
    /// Key length in bytes, as the specification requires.
    static let keyLengths = 24...64
    private static let prefix = "whsec_"

    /// The current secret, and its predecessor during rotation.
    private static let mostSecrets = 2

    private let keys: [[UInt8]]

    /// - Parameter secret: `whsec_` and the key in base64, or two of these separated by a space; `nil` if malformed.
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

    /// Range of accepted timestamps of a request received at `time`, in seconds since 1970. A range because subtraction
    /// could overflow: the header is read before the signature is verified and may hold any number.
    private static func window(around time: Timestamp) -> ClosedRange<Int64> {
        let seconds = time.milliseconds / 1000
        return seconds - tolerance.components.seconds...seconds + tolerance.components.seconds
    }

    /// Returns the request's id. Throws `WebhookRefused.unsigned`.
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
            // Each comparison takes constant time.
            return keys.contains { key in
                HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: SymmetricKey(data: key))
            }
        }
        guard isGenuine else { throw .unsigned }
        return id
    }

    /// Maximum signatures checked per request; rotation needs two or three.
    private static let mostSignatures = 8
}
