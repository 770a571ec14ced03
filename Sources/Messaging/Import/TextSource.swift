import Foundation

/// Character encoding of a file.
public enum TextEncoding: String, Sendable, Hashable {
    case utf8 = "UTF-8"
    case utf16Little = "UTF-16 LE"
    case utf16Big = "UTF-16 BE"
    /// Windows-1252, a superset of Latin-1's letters.
    case latin1 = "Latin-1"
}

/// The file could not be opened or read.
public struct UnreadableFile: Error, Sendable, CustomStringConvertible {
    public var path: String
    public var code: Int32
    public var description: String { "\(path): \(String(cString: strerror(code)))" }
}

/// Reads a file, or bytes in memory, as UTF-8 in chunks. Memory is bounded by one chunk.
public final class TextSource {
    public static let pieceBytes = 256 * 1024

    public let encoding: TextEncoding
    /// Total size in bytes, before decoding.
    public let size: Int
    /// Bytes read so far.
    public private(set) var position = 0
    private let descriptor: Int32
    private var bytes: ArraySlice<UInt8>
    private var markToSkip: Int
    private var leftOver: UInt8?
    private var highSurrogate: UInt16?

    /// Encoding of a file, and the length of its byte order mark in bytes.
    public struct Form: Sendable, Hashable {
        public var encoding: TextEncoding
        public var mark: Int

        public init(encoding: TextEncoding, mark: Int) {
            self.encoding = encoding
            self.mark = mark
        }
    }

    /// Detects the encoding: by byte order mark, else by the zero bytes of UTF-16, else UTF-8 if the whole file is
    /// valid UTF-8, else Latin-1. Reads the whole file once.
    public static func form(of path: String) throws -> Form {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw UnreadableFile(path: path, code: errno) }
        defer { close(descriptor) }
        return try detect(descriptor, path)
    }

    public convenience init(path: String, form: Form) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw UnreadableFile(path: path, code: errno) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        lseek(descriptor, 0, SEEK_SET)
        self.init(descriptor: descriptor, bytes: [], size: size, encoding: form.encoding, mark: form.mark)
    }

    /// Reads bytes in memory as UTF-8.
    public convenience init(bytes: [UInt8]) {
        let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        self.init(descriptor: -1, bytes: bytes[...], size: bytes.count, encoding: .utf8, mark: mark)
    }

    private init(descriptor: Int32, bytes: ArraySlice<UInt8>, size: Int, encoding: TextEncoding, mark: Int) {
        self.descriptor = descriptor
        self.bytes = bytes
        self.size = size
        self.encoding = encoding
        markToSkip = mark
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Next chunk; `nil` at the end.
    public func next() throws -> [UInt8]? {
        while true {
            var piece = try raw()
            guard !piece.isEmpty else { return ending() }
            position += piece.count
            if markToSkip > 0 {
                let skipped = min(markToSkip, piece.count)
                piece.removeFirst(skipped)
                markToSkip -= skipped
            }
            let decoded: [UInt8]
            switch encoding {
            case .utf8: decoded = piece
            case .latin1: decoded = Self.fromLatin1(piece)
            case .utf16Little, .utf16Big: decoded = fromUTF16(piece)
            }
            if !decoded.isEmpty { return decoded }
        }
    }

    private func raw() throws -> [UInt8] {
        guard descriptor >= 0 else {
            defer { bytes = bytes.dropFirst(Self.pieceBytes) }
            return Array(bytes.prefix(Self.pieceBytes))
        }
        return try Self.read(descriptor, "the file")
    }

    private static func read(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
        var failure: Int32 = 0
        let piece = [UInt8](unsafeUninitializedCapacity: pieceBytes) { buffer, filled in
            while true {
                let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
                if count < 0, errno == EINTR { continue }
                if count < 0 { failure = errno }
                filled = max(0, count)
                return
            }
        }
        guard failure == 0 else { throw UnreadableFile(path: path, code: failure) }
        return piece
    }

    /// An incomplete character at the end shows that the file was truncated.
    private func ending() -> [UInt8]? {
        guard leftOver != nil || highSurrogate != nil else { return nil }
        (leftOver, highSurrogate) = (nil, nil)
        return [0xEF, 0xBF, 0xBD]
    }

    // MARK: Decoding

    private func fromUTF16(_ piece: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(piece.count)
        for byte in piece {
            guard let first = leftOver else {
                leftOver = byte
                continue
            }
            leftOver = nil
            let unit = encoding == .utf16Little ? UInt16(byte) << 8 | UInt16(first) : UInt16(first) << 8 | UInt16(byte)
            append(unit, to: &out)
        }
        return out
    }

    private func append(_ unit: UInt16, to out: inout [UInt8]) {
        if let high = highSurrogate {
            highSurrogate = nil
            if unit & 0xFC00 == 0xDC00 {
                Self.append(0x10000 + ((UInt32(high) & 0x3FF) << 10) + (UInt32(unit) & 0x3FF), to: &out)
                return
            }
            Self.append(0xFFFD, to: &out)
        }
        switch unit & 0xFC00 {
        case 0xD800: highSurrogate = unit
        case 0xDC00: Self.append(0xFFFD, to: &out)
        default: Self.append(UInt32(unit), to: &out)
        }
    }

    /// Characters of Windows-1252 at 80 to 9F; five positions are undefined.
    private static let windows: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    private static func fromLatin1(_ piece: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(piece.count + piece.count / 8)
        for byte in piece {
            if byte < 0x80 {
                out.append(byte)
            } else {
                append(byte < 0xA0 ? windows[Int(byte) - 0x80] : UInt32(byte), to: &out)
            }
        }
        return out
    }

    private static func append(_ value: UInt32, to out: inout [UInt8]) {
        out.append(contentsOf: UTF8.encode(Unicode.Scalar(value) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
    }

    // MARK: Detection

    private static func detect(_ descriptor: Int32, _ path: String) throws -> Form {
        var piece = try read(descriptor, path)
        if piece.starts(with: [0xEF, 0xBB, 0xBF]) { return Form(encoding: .utf8, mark: 3) }
        if piece.starts(with: [0xFF, 0xFE]) { return Form(encoding: .utf16Little, mark: 2) }
        if piece.starts(with: [0xFE, 0xFF]) { return Form(encoding: .utf16Big, mark: 2) }
        let sample = piece.prefix(4096)
        let zeros = sample.enumerated().reduce(into: (even: 0, odd: 0)) { count, item in
            guard item.element == 0 else { return }
            if item.offset % 2 == 0 { count.even += 1 } else { count.odd += 1 }
        }
        if zeros.odd * 4 > sample.count, zeros.odd > zeros.even * 4 { return Form(encoding: .utf16Little, mark: 0) }
        if zeros.even * 4 > sample.count, zeros.even > zeros.odd * 4 { return Form(encoding: .utf16Big, mark: 0) }
        var check = UTF8Check()
        while !piece.isEmpty {
            guard check.take(piece) else { return Form(encoding: .latin1, mark: 0) }
            piece = try read(descriptor, path)
        }
        return Form(encoding: .utf8, mark: 0)
    }
}

/// Incremental UTF-8 validation (RFC 3629 §4). Accepts an incomplete character at the end: half a UTF-8 file is still
/// UTF-8.
struct UTF8Check {
    private var wanted = 0
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    mutating func take(_ bytes: [UInt8]) -> Bool {
        for byte in bytes {
            if wanted > 0 {
                guard low <= byte, byte <= high else { return false }
                (wanted, low, high) = (wanted - 1, 0x80, 0xBF)
                continue
            }
            switch byte {
            case 0..<0x80: break
            case 0xC2...0xDF: wanted = 1
            case 0xE0: (wanted, low) = (2, 0xA0)
            case 0xED: (wanted, high) = (2, 0x9F)
            case 0xE1...0xEF: wanted = 2
            case 0xF0: (wanted, low) = (3, 0x90)
            case 0xF1...0xF3: wanted = 3
            case 0xF4: (wanted, high) = (3, 0x8F)
            default: return false
            }
        }
        return true
    }
}
