import Foundation

/// Puts files on the disk, so that they and their names outlast a loss of power. What the store keeps needs none of this:
/// its commits do it.
public enum DiskSync {
    public struct Failed: LocalizedError, Sendable, CustomStringConvertible {
        public let path: String
        public let code: Int32
        public var description: String { "\(path): \(String(cString: strerror(code)))" }
        public var errorDescription: String? { description }
    }

    /// A file and the folder that names it (`fsync(2)`: the one does not take care of the other).
    public static func sync(fileAtPath path: String) throws(Failed) {
        try sync(path)
        let end = path.lastIndex(of: "/")
        try sync(end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
    }

    /// Makes a file that only its owner reads, all of it or none, and leaves alone one that is there.
    public static func make(fileAtPath path: String, of bytes: [UInt8]) throws(Failed) {
        var name = Array("\(path).XXXXXX".utf8CString)
        // Mode 0600 from the start: between a write and a chmod anybody could read it.
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw Failed(path: path, code: errno) }
        defer {
            unlink(name)
            close(descriptor)
        }
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw Failed(path: path, code: errno)
        }
        guard link(name, path) == 0 || errno == EEXIST else { throw Failed(path: path, code: errno) }
        try sync(fileAtPath: path)
    }

    private static func sync(_ path: String) throws(Failed) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failed(path: path, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failed(path: path, code: errno) }
    }
}
