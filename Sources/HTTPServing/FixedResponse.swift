import CMicroHTTPD

/// The response to one request target that is the same for everybody: made once, then sent again and again by
/// libmicrohttpd without any of our code but what finds it.
public struct FixedResponse: Sendable {
    /// Decides with `If-None-Match` which of the two goes out.
    private let etag: String
    private let whole: NativeResponse
    private let unchanged: NativeResponse

    /// nil when the response has no ETag, has a status of its own, or cannot be made.
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

/// A response as libmicrohttpd keeps it, for any number of connections at one time.
private final class NativeResponse: @unchecked Sendable {
    // Unchecked: nothing changes after `init`, and libmicrohttpd counts the users of a response under its own lock.
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
