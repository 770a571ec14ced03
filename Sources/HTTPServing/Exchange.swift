import CMicroHTTPD

/// One request and its response, from the request line to the last byte. libmicrohttpd carries it as `con_cls`.
final class Exchange: @unchecked Sendable {
    // Unchecked: owned by the libmicrohttpd thread that serves its connection; while the connection is suspended, by
    // `WaitingReplies`, under its lock.

    enum Phase {
        case started
        case receiving
        /// Suspended until `laterResponse` is available.
        case waiting
    }

    let target: String
    let targetIsUTF8: Bool
    var phase = Phase.started
    /// Whether the service's counters include it; a request without complete headers is not counted.
    var isCounted = false
    /// Set instead of `request` if the response is fixed.
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
    /// Set when the response was sent before the client had sent everything.
    var mustLinger = false

    init(address: String) {
        self.address = address
    }

    /// Returns the peer of a connection, unless it is closing.
    static func of(_ connection: OpaquePointer) -> Peer? {
        shim_socket_context(connection).map { Unmanaged<Peer>.fromOpaque($0).takeUnretainedValue() }
    }
}
