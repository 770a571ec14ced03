import Glibc

/// Formats socket addresses.
enum PeerAddress {
    /// IP address without port; an IPv4-mapped IPv6 address is shown as IPv4.
    static func text(of address: UnsafePointer<sockaddr>) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let raw = UnsafeRawPointer(address)
        if Int32(address.pointee.sa_family) == AF_INET {
            var ip = raw.loadUnaligned(as: sockaddr_in.self).sin_addr
            guard inet_ntop(AF_INET, &ip, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        } else {
            var ip = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            guard inet_ntop(AF_INET6, &ip, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        }
        let text = buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
    }

    static func port(of storage: inout sockaddr_storage) -> UInt16 {
        withUnsafeBytes(of: &storage) { bytes in
            Int32(bytes.loadUnaligned(as: sockaddr.self).sa_family) == AF_INET
                ? UInt16(bigEndian: bytes.loadUnaligned(as: sockaddr_in.self).sin_port)
                : UInt16(bigEndian: bytes.loadUnaligned(as: sockaddr_in6.self).sin6_port)
        }
    }
}
