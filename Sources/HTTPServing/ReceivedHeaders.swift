import CMicroHTTPD

/// The header fields of a request, and what they say about its body.
struct ReceivedHeaders {
    var headers = Headers()
    /// Set when the request is to be refused with 400.
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

    /// Whoever stands before us must see the same end of this request as we do (RFC 9112 §6.3): what could be read in
    /// two ways is refused.
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
                // Digits that do not fit are more than any limit.
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
