import CMicroHTTPD
import Glibc

extension Response {
    /// Maximum size of bodies copied into libmicrohttpd's response, in bytes; copying saves an allocation.
    private static let copiedBody = 8 * 1024
    /// Bytes libmicrohttpd requests from a stream at once.
    private static let streamBlock = 32 * 1024

    /// Converts to a libmicrohttpd response; nil if that fails (file missing, status out of range).
    func makeNative() -> OpaquePointer? {
        guard (200...599).contains(status), let native = makeNativeBody() else { return nil }
        for (name, value) in headers.pairs where !Self.isServersOwn(name) {
            // libmicrohttpd rejects empty values; omitting the field is equivalent.
            if !value.isEmpty { MHD_add_response_header(native, name, value) }
        }
        return native
    }

    private static func isServersOwn(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: Headers.sameName(name, "Date")
        case 14: Headers.sameName(name, "Content-Length")
        case 17: Headers.sameName(name, "Transfer-Encoding")
        default: false
        }
    }

    private func makeNativeBody() -> OpaquePointer? {
        switch body {
        case .empty: shim_response_copying(nil, 0)
        case .bytes(let bytes): Self.native(bytes)
        case .file(let path, let size): Self.native(path, size)
        case .stream(let next): Self.native(next)
        }
    }

    private static func native(_ bytes: [UInt8]) -> OpaquePointer? {
        if bytes.count <= copiedBody {
            return bytes.withUnsafeBytes { shim_response_copying($0.baseAddress, $0.count) }
        }
        let kept = Unmanaged.passRetained(KeptBytes(bytes))
        let buffer = kept.takeUnretainedValue().buffer
        let native = MHD_create_response_from_buffer_with_free_callback_cls(
            buffer.count, UnsafeMutableRawPointer(mutating: buffer.baseAddress), releaseKeptBytes, kept.toOpaque())
        if native == nil { kept.release() }
        return native
    }

    private static func native(_ path: String, _ size: Int) -> OpaquePointer? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, size >= 0,
            let native = MHD_create_response_from_fd64(UInt64(min(size, Int(status.st_size))), descriptor)
        else {
            close(descriptor)
            return nil
        }
        return native
    }

    private static func native(_ next: @escaping @Sendable () throws -> [UInt8]?) -> OpaquePointer? {
        let source = Unmanaged.passRetained(StreamSource(next))
        let native = MHD_create_response_from_callback(
            shim_unknown_size(), streamBlock, readStream, source.toOpaque(), releaseStream)
        if native == nil { source.release() }
        return native
    }
}

/// Keeps an array's storage in place while libmicrohttpd sends from it: the storage is a separate object that neither
/// moves nor changes while it is referenced.
private final class KeptBytes {
    let buffer: UnsafeBufferPointer<UInt8>
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        buffer = bytes.withUnsafeBufferPointer { $0 }
    }
}

private func releaseKeptBytes(_ context: UnsafeMutableRawPointer?) {
    if let context { Unmanaged<KeptBytes>.fromOpaque(context).release() }
}

/// Splits a stream's chunks into the sizes libmicrohttpd requests.
private final class StreamSource {
    private let next: @Sendable () throws -> [UInt8]?
    private var piece: [UInt8] = []
    private var offset = 0
    private var isOver = false

    init(_ next: @escaping @Sendable () throws -> [UInt8]?) {
        self.next = next
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard !isOver else { return shim_end_of_stream() }
        do {
            if offset == piece.count {
                guard let piece = try next() else {
                    isOver = true
                    return shim_end_of_stream()
                }
                self.piece = piece
                offset = 0
                // Nothing yet: the thread serves its other connections before it asks again.
                if piece.isEmpty { return 0 }
            }
        } catch {
            isOver = true
            return shim_end_with_error()
        }
        let count = min(buffer.count, piece.count - offset)
        piece.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count])) }
        offset += count
        return count
    }
}

private func readStream(
    _ context: UnsafeMutableRawPointer?, _ position: UInt64, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int
) -> Int {
    guard let context, let buffer else { return shim_end_with_error() }
    return Unmanaged<StreamSource>.fromOpaque(context).takeUnretainedValue()
        .read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
}

private func releaseStream(_ context: UnsafeMutableRawPointer?) {
    if let context { Unmanaged<StreamSource>.fromOpaque(context).release() }
}
