import CMicroHTTPD

/// Reads a request's body in chunks. An error is recorded, not thrown: the rest of the body is discarded and the
/// handler sees the error.
protocol BodyReader: AnyObject {
    func receive(_ bytes: UnsafeRawBufferPointer)
    func finish(into request: inout Request)
}

/// Collects a non-form body in memory.
final class RawBodyReader: BodyReader {
    private var bytes: [UInt8] = []
    private var problem: BodyProblem?
    private let share: BodyMemory.Share

    init(share: BodyMemory.Share) {
        self.share = share
    }

    func receive(_ piece: UnsafeRawBufferPointer) {
        guard problem == nil else { return }
        guard share.reserve(piece.count) else {
            problem = .notStored("too many large requests at the moment")
            bytes = []
            return
        }
        bytes.append(contentsOf: piece)
    }

    func finish(into request: inout Request) {
        request.body = bytes
        request.bodyProblem = problem
    }
}

/// Writes a non-form body to a temporary file instead of memory.
final class FileBodyReader: BodyReader {
    private let spool: SpoolFile
    private let contentType: String
    private var problem: BodyProblem?

    init(directory: String, contentType: String) throws {
        spool = try SpoolFile(directory: directory)
        self.contentType = contentType
    }

    func receive(_ bytes: UnsafeRawBufferPointer) {
        guard problem == nil else { return }
        do { try spool.append(bytes) } catch { problem = .notStored("\(error)") }
    }

    func finish(into request: inout Request) {
        do {
            try spool.finish()
            request.bodyFile = UploadedFile(field: "", filename: "", contentType: contentType, spool: spool)
        } catch {
            problem = problem ?? .notStored("\(error)")
        }
        request.bodyProblem = problem
    }
}

/// Discards the body of a form with an unusable Content-Type.
final class RefusedBodyReader: BodyReader {
    private let problem: BodyProblem

    init(_ problem: BodyProblem) {
        self.problem = problem
    }

    func receive(_ bytes: UnsafeRawBufferPointer) {}

    func finish(into request: inout Request) {
        request.bodyProblem = problem
    }
}

/// How to read a body, according to its Content-Type.
enum BodyKind: Equatable {
    case raw
    case urlEncoded
    case multipart(boundary: String)
    case unusable(BodyProblem)

    init(contentType: String?) {
        guard let contentType else {
            self = .raw
            return
        }
        let mediaType = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        switch mediaType {
        case "application/x-www-form-urlencoded": self = .urlEncoded
        case "multipart/form-data": self = Self.multipart(contentType)
        default: self = .raw
        }
    }

    /// libmicrohttpd uses everything after the first `boundary=` (0.9.75, cf. CVE-2023-27371): only values that it and
    /// RFC 2046 §5.1.1 interpret alike are accepted.
    private static func multipart(_ contentType: String) -> BodyKind {
        let unusable = BodyKind.unusable(.malformed("the multipart boundary is missing or not valid"))
        guard let start = contentType.firstRange(of: "boundary=")?.upperBound else { return unusable }
        var boundary = contentType[start...]
        if boundary.hasPrefix("\"") && boundary.hasSuffix("\"") && boundary.count > 2 {
            boundary = boundary.dropFirst().dropLast()
        }
        // RFC 2046 allows one character; libmicrohttpd does not, and no client sends one that short.
        guard (2...70).contains(boundary.utf8.count), boundary.utf8.allSatisfy(isBoundaryCharacter) else {
            return unusable
        }
        return .multipart(boundary: String(boundary))
    }

    private static func isBoundaryCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "'()+_,-./:=?".utf8.contains(byte)
        }
    }
}
