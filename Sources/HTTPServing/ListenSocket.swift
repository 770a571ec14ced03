import Glibc

/// Reason why the server cannot listen at the requested address.
public struct BindError: Error, Sendable, CustomStringConvertible {
    public let host: String
    public let port: UInt16
    /// System error number; 0 if the host could not be resolved.
    public let code: Int32
    public let reason: String

    /// One-line message for the operator.
    public var description: String {
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        return "cannot listen on \(place): \(reason)"
    }
}

/// Listening socket. Opened here because libmicrohttpd would lose the reason of a failure.
struct ListenSocket {
    let descriptor: Int32
    /// Actual port, also when 0 was requested.
    let port: UInt16

    /// Maximum connections waiting to be accepted; the kernel caps it at net.core.somaxconn.
    private static let backlog: Int32 = 1024

    init(host: String, port: UInt16) throws {
        var failure = BindError(host: host, port: port, code: 0, reason: "unknown host name")
        for address in Self.addresses(host: host, port: port) {
            let descriptor = socket(
                address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
            guard descriptor >= 0 else {
                failure = Self.failure(host, port, errno)
                continue
            }
            if Self.bind(descriptor, address), let bound = Self.boundPort(descriptor) {
                self.descriptor = descriptor
                self.port = bound
                return
            }
            failure = Self.failure(host, port, errno)
            close(descriptor)
        }
        throw failure
    }

    private struct Address {
        var family: Int32
        var bytes: [UInt8]
    }

    private static func addresses(host: String, port: UInt16) -> [Address] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        guard getaddrinfo(name, String(port), &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0?.pointee.ai_next }).prefix { $0 != nil }.compactMap { entry in
            guard let entry = entry?.pointee, let address = entry.ai_addr else { return nil }
            let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
            return Address(family: entry.ai_family, bytes: Array(bytes))
        }
    }

    private static func bind(_ descriptor: Int32, _ address: Address) -> Bool {
        var yes: Int32 = 1
        var no: Int32 = 0
        let size = socklen_t(MemoryLayout<Int32>.size)
        // Allows a restart while old connections are in TIME_WAIT.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
        // `::` also serves IPv4, regardless of the system default.
        if address.family == AF_INET6 {
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &no, size)
        }
        let bound = address.bytes.withUnsafeBytes { bytes -> Int32 in
            guard let base = bytes.baseAddress else { return -1 }
            return Glibc.bind(descriptor, base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        return bound == 0 && listen(descriptor, backlog) == 0
    }

    private static func boundPort(_ descriptor: Int32) -> UInt16? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0 else { return nil }
        return PeerAddress.port(of: &storage)
    }

    private static func failure(_ host: String, _ port: UInt16, _ code: Int32) -> BindError {
        let reason =
            switch code {
            case EADDRINUSE: "the port is in use by another program"
            case EACCES: "no permission to use this port; ports below 1024 need extra permission"
            case EADDRNOTAVAIL: "this machine has no such address"
            default: String(cString: strerror(code))
            }
        return BindError(host: host, port: port, code: code, reason: reason)
    }
}
