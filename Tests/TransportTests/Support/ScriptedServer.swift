import Foundation
import Glibc
import Synchronization

/// Minimal mail server on a loopback port; each connection runs the test's script on a thread of its own.
final class ScriptedServer: Sendable {
    let port: Int
    private let listener: Int32
    private let connectionCount = Mutex(0)

    /// - Parameter port: 0 selects a free port.
    init(port wanted: Int = 0, _ script: @escaping @Sendable (ServerConnection) -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_port = UInt16(wanted).bigEndian
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard listener >= 0, bound else { throw POSIXError(.EADDRNOTAVAIL) }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else {
                    // Closed here and not in `close()`, because the descriptor could be reused by another test by then.
                    Glibc.close(listener)
                    return
                }
                let number = connectionCount.withLock { count in
                    count += 1
                    return count
                }
                Thread.detachNewThread {
                    let line = ServerConnection(descriptor, number: number)
                    script(line)
                    line.hangUp()
                }
            }
        }
    }

    /// Refuses further connections; `accept` returns and its thread ends.
    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    var connections: Int { connectionCount.withLock { $0 } }

    /// Returns a port on which nothing listens.
    static func deafPort() throws -> Int {
        let server = try ScriptedServer { _ in }
        server.close()
        return server.port
    }
}

/// Server side of one connection.
final class ServerConnection {
    private let descriptor: Int32
    /// 1 for the first connection.
    let number: Int
    private var buffer: [UInt8] = []
    private var isOpen = true

    init(_ descriptor: Int32, number: Int) {
        self.descriptor = descriptor
        self.number = number
    }

    func say(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let sent = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return }
            bytes = bytes.dropFirst(sent)
        }
    }

    /// Reads the next line without its terminator; `nil` when the client has disconnected.
    func hear() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = buffer[..<end].filter { $0 != 13 }
                buffer.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }

    func hear(bytes count: Int) -> [UInt8]? {
        while buffer.count < count {
            var chunk = [UInt8](repeating: 0, count: 4096)
            let received = recv(descriptor, &chunk, chunk.count, 0)
            guard received > 0 else { return nil }
            buffer += chunk[..<received]
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    func hearBody() -> [String]? {
        var lines: [String] = []
        while let line = hear() {
            if line == "." { return lines }
            lines.append(line.hasPrefix(".") ? String(line.dropFirst()) : line)
        }
        return nil
    }

    /// Reads a mail body to its end and discards it. Returns its size on the wire in bytes, or `nil` when the client
    /// has disconnected.
    func drainBody() -> Int? {
        var total = buffer.count
        var tail = buffer.suffix(5)
        buffer = []
        var chunk = [UInt8](repeating: 0, count: 256 * 1024)
        while tail != [13, 10, 46, 13, 10] {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            total += count
            tail = (tail + chunk[max(0, count - 5)..<count]).suffix(5)
        }
        return total
    }

    func hangUp() {
        guard isOpen else { return }
        isOpen = false
        close(descriptor)
    }

    func greet(_ capabilities: String = "250-PIPELINING\r\n250 SIZE 1000000\r\n") {
        say("220 mx.example.org ready\r\n")
        _ = hear()
        say("250-mx.example.org\r\n" + capabilities)
    }

    /// Runs a whole session that accepts everything; `refusing` may return a reply for a recipient.
    func serve(refusing: (String) -> String? = { _ in nil }, took: ([String]) -> Void = { _ in }) {
        while let command = hear() {
            switch command.prefix(4) {
            case "RCPT": say((refusing(command) ?? "250 2.1.5 Ok") + "\r\n")
            case "DATA":
                say("354 go\r\n")
                guard let body = hearBody() else { return }
                took(body)
                say("250 2.0.0 Ok: queued as Q\(number)\r\n")
            case "QUIT":
                say("221 bye\r\n")
                return
            default: say("250 Ok\r\n")
            }
        }
    }
}
