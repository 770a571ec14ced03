import Crypto
import CryptoExtras
import Foundation

/// Passwords as the store keeps them: scrypt (RFC 7914) in the form `scrypt$<log2 N>$<r>$<p>$<salt>$<key>`, salt and
/// key in base64url. One derivation takes about 80 ms and 32 MB: never on a thread that serves others.
public enum Passwords {
    /// OWASP's first choice of parameters for scrypt with 32 MB.
    struct Cost: Sendable, Hashable {
        var logN = 15
        var r = 8
        var p = 1
    }

    /// Shorter ones are guessed; longer than this nobody types, and hashing must stay bounded.
    public static let lengths = 10...256

    /// The stored form of a new password.
    public static func hash(_ password: String) -> String { hash(password, cost: Cost()) }

    static func hash(_ password: String, cost: Cost) -> String {
        let salt = Secrets.randomBytes(16)
        let key = derive(password, salt: salt, cost: cost)
        return "scrypt$\(cost.logN)$\(cost.r)$\(cost.p)$\(Secrets.base64URL(salt))$\(Secrets.base64URL(key))"
    }

    /// Whether a password matches. `stored` nil (no such user) does the same work and says no.
    public static func verify(_ password: String, against stored: String?) -> Bool {
        guard let parts = stored.flatMap(parse) else {
            _ = derive(password, salt: Array(repeating: 0, count: 16), cost: Cost())
            return false
        }
        let key = derive(password, salt: parts.salt, cost: parts.cost)
        return Secrets.areEqual(Secrets.base64URL(key), Secrets.base64URL(parts.key))
    }

    /// What is wrong with a new password, in words for its owner; `nil` when it will do.
    public static func problem(with password: String, email: String) -> String? {
        if password.count < lengths.lowerBound { return "Use at least \(lengths.lowerBound) characters." }
        if password.count > lengths.upperBound { return "Use at most \(lengths.upperBound) characters." }
        if !email.isEmpty, password.lowercased() == email.lowercased() {
            return "Use something other than the email address."
        }
        if Set(password).count < 4 { return "Use more different characters." }
        return nil
    }

    private static func parse(_ stored: String) -> (cost: Cost, salt: [UInt8], key: [UInt8])? {
        let parts = stored.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let logN = Int(parts[1]), let r = Int(parts[2]),
            let p = Int(parts[3]), (1...18).contains(logN), (1...32).contains(r), (1...16).contains(p),
            let salt = Secrets.bytes(base64URL: String(parts[4])), let key = Secrets.bytes(base64URL: String(parts[5])),
            key.count == keyBytes
        else { return nil }
        return (Cost(logN: logN, r: r, p: p), salt, key)
    }

    private static let keyBytes = 32

    private static func derive(_ password: String, salt: [UInt8], cost: Cost) -> [UInt8] {
        // The same letters may be typed composed or decomposed (RFC 8265 §4.2.2 asks for NFC).
        let bytes = Data(password.precomposedStringWithCanonicalMapping.utf8)
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: bytes, salt: salt, outputByteCount: keyBytes, rounds: 1 << cost.logN, blockSize: cost.r,
                parallelism: cost.p)
            return key.withUnsafeBytes { Array($0) }
        } catch {
            // Only parameters out of range fail, and `parse` bounds them; an empty key equals no stored one.
            return []
        }
    }
}
