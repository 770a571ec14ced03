import Crypto
import Foundation
import Messaging

/// Random names for sessions, links and tokens, and the form in which the store keeps them.
public enum Secrets {
    /// 256 bits: nobody guesses one, so a plain hash of it is enough in the store.
    static let tokenBytes = 32

    /// Bytes from the system's generator.
    public static let randomBytes: @Sendable (Int) -> [UInt8] = { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// A new secret: 43 characters of base64url.
    public static func randomToken(_ bytes: (Int) -> [UInt8] = Secrets.randomBytes) -> String {
        base64URL(bytes(tokenBytes))
    }

    /// SHA-256 in lower-case hexadecimal: what the store keeps of a secret.
    public static func hash(_ token: String) -> String {
        Hexadecimal.text(Array(SHA256.hash(data: Array(token.utf8))))
    }

    /// Takes as long for any two strings of the same length.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    static func base64URL(_ bytes: [UInt8]) -> String {
        var text = Data(bytes).base64EncodedData().map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        while text.last == UInt8(ascii: "=") { text.removeLast() }
        return String(decoding: text, as: UTF8.self)
    }

    static func bytes(base64URL text: String) -> [UInt8]? {
        var text = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text).map { Array($0) }
    }
}
