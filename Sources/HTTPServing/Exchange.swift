import CMicroHTTPD

/// One request and its answer, from the request line to the last byte. libmicrohttpd carries it as `con_cls`.
final class Exchange: @unchecked Sendable {
    // Unchecked: it belongs to the libmicrohttpd thread that serves its connection; while the connection is
    // suspended, to `WaitingReplies`, under that lock.

    enum Phase {
        case started
        case receiving
        /// Suspended until `laterResponse` is there.
        case waiting
    }

    let target: String
    let targetIsUTF8: Bool
    var phase = Phase.started
    /// Whether the service's counters know it; a request whose headers never came whole is not counted.
    var isCounted = false
    /// Set instead of `request` where there is nothing to be worked out.
    var fixedResponse: FixedResponse?
    var request: Request?
    var reader: (any BodyReader)?
    var bodyLimit = 0
    var bodyReceived = 0
    var laterResponse: Response?

    init(target: UnsafePointer<CChar>) {
        if let text = String(validatingCString: target) {
            self.target = text
            targetIsUTF8 = true
        } else {
            self.target = String(cString: target)
            targetIsUTF8 = false
        }
    }
}

/// One TCP connection.
final class Peer {
    let address: String
    /// Set when we answered before the client had sent everything.
    var mustLinger = false

    init(address: String) {
        self.address = address
    }

    /// The peer of a connection, unless it is going away.
    static func of(_ connection: OpaquePointer) -> Peer? {
        shim_socket_context(connection).map { Unmanaged<Peer>.fromOpaque($0).takeUnretainedValue() }
    }
}
