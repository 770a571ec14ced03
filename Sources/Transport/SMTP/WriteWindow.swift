/// Bytes on their way to a socket. Its memory never moves and bytes already in it stay where they are until all are
/// written, because TLS wants a write that it put off repeated from the same place.
///
/// Positions count all bytes that ever went through, so that "was this byte written?" is a comparison.
final class WriteWindow {
    /// Six mails of 10 KB; times 200 connections it is still only 13 MB.
    static let capacity = 64 * 1024

    private let bytes = UnsafeMutableRawPointer.allocate(byteCount: WriteWindow.capacity, alignment: 16)
    private var head = 0
    private var tail = 0
    /// Position behind the last byte put in.
    private(set) var appended = 0
    /// Position behind the last byte that the socket, or the TLS layer before it, may have seen.
    private(set) var offered = 0

    deinit { bytes.deallocate() }

    /// Position behind the last byte the socket took.
    var written: Int { appended - (tail - head) }
    var room: Int { Self.capacity - tail }
    var isEmpty: Bool { head == tail }
    var unwritten: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: bytes + head, count: tail - head) }

    /// The caller has checked `room`.
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

    /// `offering`: how many bytes the write was shown; `count`: how many it took.
    func wrote(_ count: Int, offering: Int) {
        precondition(count <= tail - head)
        offered = max(offered, written + max(count, offering))
        head += count
        if head == tail { (head, tail) = (0, 0) }
    }
}
