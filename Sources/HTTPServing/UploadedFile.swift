import Glibc

/// File of a multipart form, stored in a temporary file that is deleted with the last value that refers to it.
public struct UploadedFile: Sendable {
    /// Name of the form field.
    public let field: String
    /// Name given by the client, without a path. Never use it as a path.
    public let filename: String
    /// Content type given by the client; `application/octet-stream` by default.
    public let contentType: String
    /// Size in bytes.
    public let size: Int
    private let spool: SpoolFile

    init(field: String, filename: String, contentType: String, spool: SpoolFile) {
        self.field = field
        self.filename = filename
        self.contentType = contentType
        size = spool.size
        self.spool = spool
    }

    /// Path of the temporary file, valid while this value is held.
    public var path: String { spool.path }

    /// Saves the content as a permanent file. Overwrites an existing one.
    /// - Throws: `SpoolError` if it cannot be written.
    public func keep(at path: String) throws { try spool.copy(to: path) }

    /// Reads the content, up to `limit` bytes.
    /// - Throws: `SpoolError` if the file cannot be read.
    public func read(limit: Int) throws -> [UInt8] {
        try spool.read(limit: limit)
    }
}

/// A temporary file could not be created, written or read.
public struct SpoolError: Error, Sendable, CustomStringConvertible {
    public let path: String
    public let code: Int32

    public var description: String { "\(path): \(String(cString: strerror(code)))" }
}

/// Temporary file of one upload: written by one thread, then only read.
final class SpoolFile: @unchecked Sendable {
    // Unchecked: `buffer`, `size` and `descriptor` change only while the receiving thread writes; the request is passed
    // on after `finish()`.
    let path: String
    private(set) var size = 0
    private var descriptor: Int32
    private var buffer: [UInt8] = []

    /// Write buffer, in bytes. Chunks are a few KB; one system call each would cost more than the disk.
    private static let bufferSize = 64 * 1024

    init(directory: String) throws {
        var template = Array("\(directory)/upload-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? directory }
        guard descriptor >= 0 else { throw SpoolError(path: directory, code: errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        unlink(path)
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        buffer.append(contentsOf: bytes)
        size += bytes.count
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Flushes the buffer and closes the file.
    func finish() throws {
        try flush()
        buffer = []
        close(descriptor)
        descriptor = -1
    }

    func read(limit: Int) throws -> [UInt8] {
        let input = open(path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw SpoolError(path: path, code: errno) }
        defer { close(input) }
        return try FileReading.read(input, count: min(max(0, limit), size), path: path)
    }

    func copy(to target: String) throws {
        unlink(target)
        // A hard link costs nothing; another file system requires a copy.
        if link(path, target) == 0 { return }
        let input = open(path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw SpoolError(path: path, code: errno) }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw SpoolError(path: target, code: errno) }
        defer { close(output) }
        while true {
            let piece = try FileReading.read(input, count: 256 * 1024, path: path)
            if piece.isEmpty { return }
            try piece.withUnsafeBytes { try FileReading.write($0, to: output, path: target) }
        }
    }

    private func flush() throws {
        try buffer.withUnsafeBytes { try FileReading.write($0, to: descriptor, path: path) }
        buffer.removeAll(keepingCapacity: true)
    }
}

/// Reads from and writes to file descriptors.
enum FileReading {
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws {
        var rest = bytes
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw SpoolError(path: path, code: errno)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    /// Reads up to `count` bytes; fewer if the file is shorter.
    static func read(_ descriptor: Int32, count: Int, path: String) throws -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let result = Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled)
                if result < 0 && errno == EINTR { continue }
                if result < 0 { failure = errno }
                guard result > 0 else { return }
                filled += result
            }
        }
        guard failure == 0 else { throw SpoolError(path: path, code: failure) }
        return bytes
    }
}
