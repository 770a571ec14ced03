import CMicroHTTPD
import Glibc

// libmicrohttpd callbacks, called on its own threads. Free functions, because a closure could inherit an actor's
// isolation and trap there.

private func service(_ context: UnsafeMutableRawPointer?) -> Service? {
    context.map { Unmanaged<Service>.fromOpaque($0).takeUnretainedValue() }
}

/// Starts the exchange once the request line has been read. Passes a retained reference to libmicrohttpd, which
/// `requestCompleted` releases.
func requestLineRead(
    context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    target.map { Unmanaged.passRetained(Exchange(target: $0)).toOpaque() }
}

/// Called once when the headers are complete, once per chunk of the body, and once at its end; again after a suspended
/// connection is resumed.
func requestAccessed(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, data: UnsafePointer<CChar>?,
    size: UnsafeMutablePointer<Int>?, state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let service = service(context), let connection, let method, let size, let raw = state?.pointee else {
        return .NO
    }
    let exchange = Unmanaged<Exchange>.fromOpaque(raw).takeUnretainedValue()
    switch exchange.phase {
    case .started:
        return service.begin(exchange, connection, String(cString: method))
    case .receiving where size.pointee > 0:
        let bytes = UnsafeRawBufferPointer(start: data, count: size.pointee)
        size.pointee = 0
        return service.receive(bytes, exchange, connection)
    case .receiving:
        return service.finish(exchange, connection)
    case .waiting:
        guard let response = exchange.laterResponse else { return .NO }
        return service.send(response, exchange, connection)
    }
}

func requestCompleted(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, code: MHD_RequestTerminationCode
) {
    guard let raw = state?.pointee else { return }
    state?.pointee = nil
    let exchange = Unmanaged<Exchange>.fromOpaque(raw).takeRetainedValue()
    service(context)?.uncount(exchange)
}

func connectionChanged(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, code: MHD_ConnectionNotificationCode
) {
    guard let service = service(context), let connection, let state else { return }
    if shim_is_start(code) {
        let address = shim_client_address(connection).map(PeerAddress.text(of:)) ?? ""
        state.pointee = Unmanaged.passRetained(Peer(address: address)).toOpaque()
        service.activeConnections.add(1, ordering: .relaxed)
    } else if let raw = state.pointee {
        state.pointee = nil
        service.activeConnections.subtract(1, ordering: .relaxed)
        let peer = Unmanaged<Peer>.fromOpaque(raw).takeRetainedValue()
        let socket = shim_connection_socket(connection)
        if peer.mustLinger || hasUnreadBytes(socket) { service.lingering.take(socket) }
    }
}

/// Leaves paths and queries escaped: this module decodes them itself and rejects sequences that libmicrohttpd would
/// keep unchanged.
func leaveEscaped(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, text: UnsafeMutablePointer<CChar>?
) -> Int {
    text.map { strlen($0) } ?? 0
}

/// libmicrohttpd answers 431 and 414 by itself when its memory is full, with the rest of the request unread.
private func hasUnreadBytes(_ socket: Int32) -> Bool {
    var count: Int32 = 0
    return ioctl(socket, UInt(FIONREAD), &count) == 0 && count > 0
}
