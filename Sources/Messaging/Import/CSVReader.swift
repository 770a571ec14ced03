/// One record of a CSV file, or its error.
public struct CSVRecord: Sendable, Hashable {
    /// First line of the record, from 1.
    public var line: Int
    public var fields: [String]
    public var problem: String?
}

/// Tolerant CSV parser (RFC 4180): any of four delimiters; LF, CR LF or CR; quotes inside a cell that does not begin
/// with one. Memory is bounded by one record of at most 1 MB, whatever the file contains.
public struct CSVReader {
    /// Maximum record size in bytes. A longer record is an error, and the reader continues at the next line.
    public static let recordBytes = 1024 * 1024
    /// Maximum columns per record.
    public static let mostColumns = 500

    private let source: TextSource
    private let delimiter: UInt8
    private var piece: [UInt8] = []
    private var index = 0
    private var line = 1
    private var field: [UInt8] = []
    private var isAtEnd = false

    public init(_ source: TextSource, delimiter: UInt8 = UInt8(ascii: ",")) {
        self.source = source
        self.delimiter = delimiter
    }

    /// Bytes of the file read so far.
    public var position: Int { source.position }

    /// Next record that is not an empty line; `nil` at the end.
    public mutating func next() throws -> CSVRecord? {
        while let record = try read() {
            if record.problem != nil || record.fields.count > 1 || record.fields.first?.isEmpty == false {
                return record
            }
        }
        return nil
    }

    private mutating func read() throws -> CSVRecord? {
        guard try peek() != nil else { return nil }
        var record = CSVRecord(line: line, fields: [], problem: nil)
        field.removeAll(keepingCapacity: true)
        var (isQuoted, wasQuoted) = (false, false)
        var size = 0
        while let byte = try take() {
            size += 1
            if size > Self.recordBytes {
                return try giveUp(&record, "The line is longer than 1 MB.", isAtLineEnd: byte == 0x0A)
            }
            if isQuoted {
                if byte == UInt8(ascii: "\"") {
                    if try peek() == UInt8(ascii: "\"") {
                        _ = try take()
                        field.append(byte)
                    } else {
                        isQuoted = false
                    }
                } else {
                    if byte == 0x0A { line += 1 }
                    field.append(byte)
                }
                continue
            }
            if byte == delimiter {
                endField(&record)
                wasQuoted = false
                if record.fields.count >= Self.mostColumns {
                    return try giveUp(
                        &record, "The line has more than \(Self.mostColumns) columns.", isAtLineEnd: false)
                }
            } else if byte == 0x0A || byte == 0x0D {
                if byte == 0x0D, try peek() == 0x0A { _ = try take() }
                line += 1
                endField(&record)
                return record
            } else if byte == UInt8(ascii: "\""), field.isEmpty, !wasQuoted {
                (isQuoted, wasQuoted) = (true, true)
            } else {
                field.append(byte)
            }
        }
        endField(&record)
        if isQuoted { record.problem = "The file ends inside a quoted cell: part of it is missing." }
        return record
    }

    private mutating func endField(_ record: inout CSVRecord) {
        record.fields.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
    }

    /// Skips to the next line even inside quotes, so that a missing quote does not swallow the rest of the file.
    private mutating func giveUp(
        _ record: inout CSVRecord, _ problem: String, isAtLineEnd: Bool
    ) throws -> CSVRecord {
        record.problem = problem
        record.fields = record.fields.prefix(8).map { String($0.prefix(100)) }
        field = []
        var byte: UInt8? = isAtLineEnd ? 0x0A : try take()
        while let current = byte, current != 0x0A, current != 0x0D { byte = try take() }
        if byte == 0x0D, try peek() == 0x0A { _ = try take() }
        line += 1
        return record
    }

    @inline(__always)
    private mutating func peek() throws -> UInt8? {
        if index < piece.count { return piece[index] }
        return try refill() ? piece[index] : nil
    }

    @inline(__always)
    private mutating func take() throws -> UInt8? {
        guard let byte = try peek() else { return nil }
        index += 1
        return byte
    }

    private mutating func refill() throws -> Bool {
        guard !isAtEnd else { return false }
        index = 0
        piece = try source.next() ?? []
        isAtEnd = piece.isEmpty
        return !isAtEnd
    }

    // MARK: Delimiter detection

    public static let delimiters: [UInt8] = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }

    /// Delimiter that splits the first records into the most columns consistently.
    public static func delimiter(of path: String, form: TextSource.Form) throws -> UInt8 {
        var best: (delimiter: UInt8, score: Int) = (UInt8(ascii: ","), 0)
        for delimiter in delimiters {
            var reader = CSVReader(try TextSource(path: path, form: form), delimiter: delimiter)
            guard let header = try reader.next() else { continue }
            // Too many columns still count as columns: the reader then reports the error.
            var score = header.problem == nil ? header.fields.count : min(header.fields.count, 2)
            if score > 1, header.problem == nil, let second = try reader.next(),
                second.fields.count == header.fields.count
            {
                score *= 2
            }
            if score > best.score { best = (delimiter, score) }
        }
        return best.delimiter
    }
}

/// Splits a text into lines of limited length.
public struct LineReader {
    private let source: TextSource
    private let limit: Int
    private var piece: [UInt8] = []
    private var index = 0
    private var number = 0

    public init(_ source: TextSource, limit: Int) {
        self.source = source
        self.limit = limit
    }

    /// Next line without its terminator, with its number from 1; its bytes are `nil` if it is too long.
    public mutating func next() throws -> (number: Int, bytes: [UInt8]?)? {
        var line: [UInt8] = []
        var (isTooLong, hasBegun) = (false, false)
        while true {
            if index == piece.count {
                index = 0
                piece = try source.next() ?? []
                if piece.isEmpty {
                    guard hasBegun else { return nil }
                    number += 1
                    return (number, isTooLong ? nil : line)
                }
            }
            hasBegun = true
            let end = piece[index...].firstIndex(of: 0x0A)
            let part = piece[index..<(end ?? piece.count)]
            if line.count + part.count > limit { isTooLong = true }
            if !isTooLong { line.append(contentsOf: part) }
            index = end.map { $0 + 1 } ?? piece.count
            if end != nil {
                number += 1
                if line.last == 0x0D { line.removeLast() }
                return (number, isTooLong ? nil : line)
            }
        }
    }
}
