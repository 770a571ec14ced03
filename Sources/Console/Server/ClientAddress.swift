import Foundation

/// Who is really asking when proxies stand in between.
struct ClientAddress: Sendable {
    var trusted: [AddressRange]

    struct ClientIdentity: Sendable, Hashable {
        var text: String
        /// Somebody in between named a client, and we had no reason to believe them.
        var hasUntrustedForwarding: Bool
    }

    /// The last address of `X-Forwarded-For` that is not one of our own proxies; without a trusted peer, the peer.
    func of(peer: String, forwardedFor: [String]) -> ClientIdentity {
        let named = forwardedFor.joined(separator: ",").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        guard isTrusted(peer) else { return ClientIdentity(text: peer, hasUntrustedForwarding: !named.isEmpty) }
        for address in named.reversed() {
            guard AddressRange.bytes(of: address) != nil else { break }
            if !isTrusted(address) { return ClientIdentity(text: address, hasUntrustedForwarding: false) }
        }
        return ClientIdentity(text: peer, hasUntrustedForwarding: false)
    }

    func isTrusted(_ address: String) -> Bool {
        guard let bytes = AddressRange.bytes(of: address) else { return false }
        return trusted.contains { $0.contains(bytes) }
    }

    static func isLoopback(_ address: String) -> Bool {
        guard let bytes = AddressRange.bytes(of: address) else { return false }
        return bytes.count == 4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1]
    }
}

/// An address or a network in CIDR form.
struct AddressRange: Sendable, Hashable {
    var bytes: [UInt8]
    var bits: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = Self.bytes(of: String(parts[0])) else { return nil }
        let widest = bytes.count * 8
        guard let bits = parts.count == 2 ? Int(parts[1]) : widest, (0...widest).contains(bits) else { return nil }
        (self.bytes, self.bits) = (bytes, bits)
    }

    func contains(_ address: [UInt8]) -> Bool {
        guard address.count == bytes.count else { return false }
        return (0..<bits).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return address[bit / 8] & mask == bytes[bit / 8] & mask
        }
    }

    /// 4 or 16 bytes in network order; an IPv4 address in IPv6 clothes (`::ffff:10.0.0.1`) is 4.
    static func bytes(of text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? Array(bytes[12...]) : bytes
    }
}
