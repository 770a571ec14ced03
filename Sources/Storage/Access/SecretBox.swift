import Crypto
import Foundation
import Messaging

/// Encrypts provider credentials at rest with AES-256-GCM under a key in the data folder (mode 0600, outside backups).
struct SecretBox: Sendable {
    private let key: SymmetricKey

    /// Reads the key file, or makes it. The file is 32 random bytes, and on the disk before anything is encrypted with it.
    init(keyFile: String) throws {
        if !FileManager.default.fileExists(atPath: keyFile) {
            let made = SymmetricKey(size: .bits256).withUnsafeBytes { [UInt8]($0) }
            do {
                try DiskSync.make(fileAtPath: keyFile, of: made)
            } catch {
                throw UnreadableKey(path: keyFile)
            }
        }
        // Another process may have made it a moment ago.
        let data = try Data(contentsOf: URL(fileURLWithPath: keyFile))
        guard data.count == 32 else { throw UnreadableKey(path: keyFile) }
        key = SymmetricKey(data: data)
    }

    /// A key that lives as long as the value, for tests.
    init() { key = SymmetricKey(size: .bits256) }

    /// A key of its own for each purpose (RFC 5869), so that what is signed with one says nothing about another.
    func key(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data(purpose.utf8), outputByteCount: 32)
    }

    func seal(_ secrets: [String: String]) throws -> [UInt8] {
        let plain = try JSONEncoder().encode(secrets)
        guard let sealed = try AES.GCM.seal(plain, using: key).combined else { throw UnreadableKey(path: "") }
        return Array(sealed)
    }

    func open(_ sealed: [UInt8]) throws -> [String: String] {
        if sealed.isEmpty { return [:] }
        let plain = try AES.GCM.open(try AES.GCM.SealedBox(combined: sealed), using: key)
        return try JSONDecoder().decode([String: String].self, from: plain)
    }
}

struct UnreadableKey: LocalizedError {
    var path: String
    var errorDescription: String? { "The key file \(path) cannot be read or made, or is not 32 bytes long." }
}
