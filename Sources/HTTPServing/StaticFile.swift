import Glibc

/// A file below the public folder, as of its last read.
struct StaticFile: Sendable {
    var path: String
    var size: Int
    /// Modification time: seconds and nanoseconds.
    var modified: [Int]
    /// Content, if small enough to cache.
    var bytes: [UInt8]?
    /// Hexadecimal fingerprint: a hash of the content, or size and modification time for a large file.
    var fingerprint: String
    /// Prebuilt response headers: `headers` for a URL to revalidate each time, `keptHeaders` for a URL with the
    /// fingerprint, cached indefinitely.
    let headers: Headers
    let keptHeaders: Headers

    /// Maximum size of cached content, in bytes; larger files are sent from disk.
    static let keptSize = 512 * 1024

    /// nil if there is no readable regular file.
    init?(path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.path = path
        size = Int(status.st_size)
        modified = Self.modified(status)
        if size <= Self.keptSize, let bytes = try? FileReading.read(descriptor, count: size, path: path) {
            self.bytes = bytes
            size = bytes.count
            fingerprint = Self.hash(of: bytes)
        } else {
            fingerprint = ([size] + modified).map { String($0, radix: 16) }.joined(separator: "-")
        }
        let common = Headers([
            ("ETag", "\"\(fingerprint)\""), ("X-Content-Type-Options", "nosniff"),
            ("Content-Type", MediaType.of(path: path)),
        ])
        headers = Self.adding("no-cache", common)
        keptHeaders = Self.adding("public, max-age=31536000, immutable", common)
    }

    private static func adding(_ cacheControl: String, _ headers: Headers) -> Headers {
        var headers = headers
        headers.add("Cache-Control", cacheControl)
        return headers
    }

    /// Whether the file on disk has changed since it was read.
    var isOutdated: Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return true }
        return Self.modified(status) != modified || Int(status.st_size) != size
    }

    private static func modified(_ status: stat) -> [Int] {
        [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }

    /// FNV-1a, 64 bit. Collision resistance is not needed: it only distinguishes versions of the site's own files.
    private static func hash(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
