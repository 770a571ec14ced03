import CMicroHTTPD

/// Response to a request target that is the same for every client: built once, then sent by libmicrohttpd without
/// calling a handler.
public struct FixedResponse: Sendable {
    /// Compared with `If-None-Match` to choose between the full response and 304.
    private let etag: String
    private let whole: NativeResponse
    private let unchanged: NativeResponse

    /// nil if the response has no ETag, a status other than 200, or cannot be built.
    public init?(_ response: Response) {
        guard response.status == 200, let etag = response.headers["ETag"] else { return nil }
        var unchanged = Response(status: 304, headers: response.headers)
        unchanged.headers["Content-Type"] = nil
        guard let whole = NativeResponse(response), let without = NativeResponse(unchanged) else { return nil }
        (self.etag, self.whole, self.unchanged) = (etag, whole, without)
    }

    func send(on connection: OpaquePointer) -> MHD_Result {
        let known = shim_header(connection, "If-None-Match").map { StaticFiles.matches(String(cString: $0), etag) }
        return (known == true ? unchanged : whole).send(on: connection)
    }
}

/// libmicrohttpd response, shared by any number of connections.
private final class NativeResponse: @unchecked Sendable {
    // Unchecked: immutable after `init`, and libmicrohttpd counts references to a response under its own lock.
    private let native: OpaquePointer
    private let status: UInt32

    init?(_ response: Response) {
        guard let native = response.makeNative() else { return nil }
        self.native = native
        status = UInt32(response.status)
    }

    deinit { MHD_destroy_response(native) }

    func send(on connection: OpaquePointer) -> MHD_Result { MHD_queue_response(connection, status, native) }
}
