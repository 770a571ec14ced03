import Foundation

/// Decides which hosts a configured address may reach. Prevents server-side request forgery: a settings form must not
/// give access to the local machine or its network.
///
/// Checked twice: when settings are saved, for literal addresses and known local names, and at each connection, for the
/// resolved address.
public struct NetworkPolicy: Sendable, Hashable {
    public var allowsPrivate: Bool

    public static let publicOnly = NetworkPolicy(allowsPrivate: false)
    public static let anywhere = NetworkPolicy(allowsPrivate: true)

    public init(allowsPrivate: Bool) { self.allowsPrivate = allowsPrivate }

    /// Human-readable reason why the host is not allowed; `nil` if it is allowed or must be resolved first.
    public func refusal(ofHost host: String) -> String? {
        guard !allowsPrivate, Self.isPrivate(host: host) else { return nil }
        return "“\(host)” leads into a private network. \(Self.advice)"
    }

    /// Same check for a resolved address of 4 or 16 bytes.
    public func refusal(of address: [UInt8], host: String) -> String? {
        guard !allowsPrivate, Self.isPrivate(address) else { return nil }
        return "“\(host)” leads into a private network (\(Self.text(address))). \(Self.advice)"
    }

    private static let advice =
        "The operator can allow it with the setting allow-private-networks."

    static func isPrivate(host: String) -> Bool {
        var name = host.lowercased()
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        while name.hasSuffix(".") { name.removeLast() }
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        return address(name).map(isPrivate) ?? false
    }

    /// Parses a literal IP address into its bytes.
    static func address(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes[..<4]) }
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }

    private static func text(_ address: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = address.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, address, &text, socklen_t(text.count)) != nil else { return "unreadable" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether the address is not public (IANA special-purpose address registries, RFC 6890).
    public static func isPrivate(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4: specialV4.contains { $0.covers(address) }
        case 16: isPrivateV6(address)
        default: true
        }
    }

    private static func isPrivateV6(_ address: [UInt8]) -> Bool {
        // Embedded IPv4 address: mapped (RFC 4291), translated (RFC 6052), 6to4 (RFC 3056).
        if mapped.covers(address) || translated.covers(address) { return isPrivate(Array(address[12...])) }
        if sixToFour.covers(address) { return isPrivate(Array(address[2..<6])) }
        return specialV6.contains { $0.covers(address) }
    }

    private struct Block {
        var prefix: [UInt8]
        var bits: Int

        init(_ text: String) {
            let parts = text.split(separator: "/")
            prefix = NetworkPolicy.address(String(parts[0])) ?? []
            bits = Int(parts[1]) ?? 0
        }

        func covers(_ address: [UInt8]) -> Bool {
            guard address.count == prefix.count else { return false }
            let whole = bits / 8
            guard address[..<whole] == prefix[..<whole] else { return false }
            guard bits % 8 > 0 else { return true }
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> (bits % 8))
            return address[whole] & mask == prefix[whole] & mask
        }
    }

    private static let mapped = Block("::ffff:0:0/96")
    private static let translated = Block("64:ff9b::/96")
    private static let sixToFour = Block("2002::/16")
    private static let specialV4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4",
    ].map { Block($0) }
    private static let specialV6 = [
        "::/96", "64:ff9b:1::/48", "100::/64", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ].map { Block($0) }
}
