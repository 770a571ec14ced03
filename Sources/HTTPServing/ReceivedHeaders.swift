import CMicroHTTPD

/// Header fields of a request and the body framing they declare.
struct ReceivedHeaders {
    var headers = Headers()
    /// Set if the request must be rejected with 400.
    var problem: String?
    var contentLength: Int?
    var bodyIsAnnounced = false

    static func read(_ connection: OpaquePointer) -> ReceivedHeaders {
        var received = ReceivedHeaders()
        withUnsafeMutablePointer(to: &received) {
            _ = shim_get_headers(connection, collectHeader, $0)
        }
        received.checkFraming()
        return received
    }

    fileprivate mutating func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        headers.addReceived(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    /// Rejects ambiguous framing, so that a proxy in front and this server agree on where the request ends (RFC 9112
    /// §6.3).
    private mutating func checkFraming() {
        var codings = 0
        var lengths = 0
        for (name, value) in headers.pairs {
            if Headers.sameName(name, "Transfer-Encoding") {
                codings += 1
                if value.lowercased() != "chunked" { problem = "This transfer encoding is not supported." }
            } else if Headers.sameName(name, "Content-Length") {
                lengths += 1
                let isNumber = !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
                if !isNumber { problem = "The Content-Length is not valid." }
                // A number too large for Int exceeds every limit.
                contentLength = Int(value) ?? .max
            }
        }
        if codings + lengths > 1 { problem = "The request has two lengths." }
        bodyIsAnnounced = codings > 0 || (contentLength ?? 0) > 0
    }
}

private func collectHeader(
    context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?, nameSize: Int,
    value: UnsafePointer<CChar>?, valueSize: Int
) -> MHD_Result {
    context?.assumingMemoryBound(to: ReceivedHeaders.self).pointee.add(
        UnsafeRawBufferPointer(start: name, count: name == nil ? 0 : nameSize),
        UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueSize))
    return .YES
}
