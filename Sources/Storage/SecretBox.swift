import Crypto
import Foundation

/// Encrypts provider credentials at rest with AES-256-GCM under a key in the data folder (mode 0600, outside backups).
struct SecretBox: Sendable {
    private let key: SymmetricKey

    /// Reads the key file, or makes it. The file is 32 random bytes.
    init(keyFile: String) throws {
        if FileManager.default.fileExists(atPath: keyFile) {
            let data = try Data(contentsOf: URL(fileURLWithPath: keyFile))
            guard data.count == 32 else { throw UnreadableKey(path: keyFile) }
            key = SymmetricKey(data: data)
            return
        }
        key = SymmetricKey(size: .bits256)
        let bytes = key.withUnsafeBytes { Data($0) }
        // Made with its mode from the start: between a write and a chmod anybody could read it.
        guard FileManager.default.createFile(atPath: keyFile, contents: bytes, attributes: [.posixPermissions: 0o600])
        else { throw UnreadableKey(path: keyFile) }
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

struct UnreadableKey: Error, CustomStringConvertible {
    var path: String
    var description: String { "The key file \(path) cannot be read or made, or is not 32 bytes long." }
}
