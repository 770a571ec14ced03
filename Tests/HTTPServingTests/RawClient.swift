import Glibc

/// Raw HTTP client: tests write bytes and read responses. Blocking, with a timeout so that a silent server fails the
/// test instead of hanging it.
final class RawClient {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    struct Answer {
        var status: Int
        var headers: [(name: String, value: String)]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        subscript(name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    init(port: UInt16, timeoutSeconds: Int = 20) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "cannot connect: \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
    }

    /// Returns false if the server closed before everything was sent, as it may after a rejection.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(descriptor, buffer.baseAddress! + sent, buffer.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool {
        send(Array(text.utf8))
    }

    /// Sends a request with a Host header, and with Content-Length if there is a body.
    func request(_ line: String, _ headers: [String] = [], body: String? = nil) {
        var lines = ["\(line) HTTP/1.1", "Host: localhost"] + headers
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
    }

    /// Reads one response. - Parameter hasBody: false for the response to HEAD.
    func answer(hasBody: Bool = true) throws -> Answer {
        let lines = String(decoding: try read(until: "\r\n\r\n"), as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first?.split(separator: " "), first.count >= 2, let status = Int(first[1]) else {
            throw Failure(description: "no status line")
        }
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(sides[0]), sides.count > 1 ? String(sides[1].drop { $0 == " " }) : "")
        }
        var answer = Answer(status: status, headers: headers, body: [])
        guard hasBody, status != 204, status != 304, status != 100 else { return answer }
        if answer["Transfer-Encoding"]?.lowercased() == "chunked" {
            answer.body = try chunks()
        } else if let length = answer["Content-Length"].flatMap({ Int($0) }) {
            answer.body = try read(count: length)
        }
        return answer
    }

    /// Returns true if the server closes without sending another byte.
    func isClosedByServer() -> Bool {
        buffer.isEmpty && ((try? fill()) ?? false) == false
    }

    /// Poll entry for waiting on several clients.
    var pollEntry: pollfd { pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0) }

    private func chunks() throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let line = String(decoding: try read(until: "\r\n").dropLast(2), as: UTF8.self)
            guard let size = Int(line, radix: 16) else { throw Failure(description: "bad chunk size: \(line)") }
            body += try read(count: size)
            _ = try read(until: "\r\n")
            if size == 0 { return body }
        }
    }

    private func read(until mark: String) throws -> [UInt8] {
        let mark = Array(mark.utf8)
        while true {
            if let range = buffer.firstRange(of: mark) {
                defer { buffer.removeFirst(range.upperBound) }
                return Array(buffer[..<range.upperBound])
            }
            guard try fill() else { throw Failure(description: "closed before “\(mark)”, after \(buffer.count) bytes") }
        }
    }

    private func read(count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard try fill() else { throw Failure(description: "closed after \(buffer.count) of \(count) bytes") }
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    /// Returns false at the end of the connection.
    private func fill() throws -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &piece, piece.count, 0)
        if count < 0 && errno == EAGAIN { throw Failure(description: "no answer in time") }
        guard count > 0 else { return false }
        buffer += piece[..<count]
        return true
    }
}
