/// Write buffer of a socket. Its memory never moves and its bytes stay in place until all are written, because TLS
/// requires a deferred write to be repeated from the same address.
///
/// Positions count all bytes since the connection opened, so "was this byte written?" is a comparison.
final class WriteWindow {
    /// Six mails of 10 KB; 13 MB for 200 connections.
    static let capacity = 64 * 1024

    private let bytes = UnsafeMutableRawPointer.allocate(byteCount: WriteWindow.capacity, alignment: 16)
    private var head = 0
    private var tail = 0
    /// Position after the last byte appended.
    private(set) var appended = 0
    /// Position after the last byte that the socket, or the TLS layer before it, may have seen.
    private(set) var offered = 0

    deinit { bytes.deallocate() }

    /// Position after the last byte the socket accepted.
    var written: Int { appended - (tail - head) }
    var room: Int { Self.capacity - tail }
    var isEmpty: Bool { head == tail }
    var unwritten: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: bytes + head, count: tail - head) }

    /// Appends bytes. The caller must have checked `room`.
    func append(_ source: UnsafeRawBufferPointer) {
        guard let start = source.baseAddress else { return }
        precondition(source.count <= room)
        (bytes + tail).copyMemory(from: start, byteCount: source.count)
        tail += source.count
        appended += source.count
    }

    func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Records a write that was offered `offering` bytes and took `count`.
    func wrote(_ count: Int, offering: Int) {
        precondition(count <= tail - head)
        offered = max(offered, written + max(count, offering))
        head += count
        if head == tail { (head, tail) = (0, 0) }
    }
}
