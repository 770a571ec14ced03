import CMicroHTTPD
import Glibc

extension Response {
    /// Writes the response to a socket that libmicrohttpd is not writing to, without blocking. Supports byte bodies
    /// only. Whatever exceeds the socket's buffer (a few hundred KB) is lost with the connection.
    func sendDirectly(to socket: Int32) {
        let bytes = wireBytes
        bytes.withUnsafeBytes { buffer in
            _ = send(socket, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        }
    }

    private var wireBytes: [UInt8] {
        var content: [UInt8] = []
        if case .bytes(let bytes) = body { content = bytes }
        let reason = MHD_get_reason_phrase_for(UInt32(status)).map { String(cString: $0) } ?? ""
        var head = "HTTP/1.1 \(status) \(reason)\r\nConnection: close\r\nContent-Length: \(content.count)\r\n"
        let own = ["Connection", "Content-Length", "Transfer-Encoding"]
        for (name, value) in headers.pairs where !own.contains(where: { Headers.sameName($0, name) }) {
            head += "\(name): \(value)\r\n"
        }
        return Array((head + "\r\n").utf8) + content
    }
}
