import CMicroHTTPD

/// Limits and options for forms.
struct FormOptions {
    var maximumFields: Int
    var maximumFiles: Int
    var fieldBytes: Int
    var fileBytes: Int
    var spoolDirectory: String
}

/// Parses a multipart form with libmicrohttpd's post processor: fields into memory, files into temporary files.
final class MultipartReader: BodyReader {
    private var processor: OpaquePointer?
    private let collector: FormCollector
    /// Remaining bytes that the body must start with.
    private var expectedStart: ArraySlice<UInt8>
    private var pending: [UInt8] = []
    /// Length of the tail of a chunk that must not contain a line end; see `cut`.
    private let undividedEnd: Int

    /// Post processor buffer, in bytes; the header line of a part must fit.
    private static let processorBuffer = 16 * 1024
    /// Chunk size, in bytes. Small, because the post processor moves its buffer for each header line.
    private static let pieceSize = 4 * 1024

    /// nil if the post processor cannot be created (out of memory).
    init?(connection: OpaquePointer, boundary: String, options: FormOptions, share: BodyMemory.Share) {
        collector = FormCollector(options: options, share: share)
        expectedStart = Array("--\(boundary)".utf8)[...]
        undividedEnd = boundary.utf8.count + 8
        let context = Unmanaged.passUnretained(collector).toOpaque()
        processor = MHD_create_post_processor(connection, Self.processorBuffer, collectFormPiece, context)
        guard processor != nil else { return nil }
    }

    deinit {
        if let processor { MHD_destroy_post_processor(processor) }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) {
        guard collector.problem == nil else { return }
        checkStart(bytes)
        pending.append(contentsOf: bytes)
        var start = 0
        while pending.count - start >= Self.pieceSize && collector.problem == nil {
            let end = cut(start, start + Self.pieceSize)
            feed(start..<end)
            start = end
        }
        pending.removeFirst(start)
    }

    func finish(into request: inout Request) {
        if collector.problem == nil { feed(0..<pending.count) }
        let isWhole = MHD_destroy_post_processor(processor) == .YES
        processor = nil
        if !isWhole || !expectedStart.isEmpty { collector.fail(.malformed("it is incomplete")) }
        collector.finish(into: &request)
    }

    /// Rejects text before the first boundary: the post processor allows it but searches it slowly, and no browser
    /// sends any.
    private func checkStart(_ bytes: UnsafeRawBufferPointer) {
        let count = min(bytes.count, expectedStart.count)
        if bytes.prefix(count).elementsEqual(expectedStart.prefix(count)) {
            expectedStart = expectedStart.dropFirst(count)
        } else {
            collector.fail(.malformed("it does not begin with its boundary"))
        }
    }

    /// Returns where to end a chunk. If a part's headers end so close to the end of a chunk that the boundary of an
    /// empty value does not fit after them, the post processor announces the part twice; so chunks end after a stretch
    /// without line ends. A chunk without such a stretch, which no real form has, is cut anywhere.
    private func cut(_ start: Int, _ end: Int) -> Int {
        var cut = end
        while cut - undividedEnd > start {
            guard let lineEnd = pending[(cut - undividedEnd)..<cut].firstIndex(where: { $0 == 0x0D || $0 == 0x0A })
            else { return cut }
            cut = lineEnd
        }
        return end
    }

    private func feed(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let result = pending.withUnsafeBytes { bytes in
            MHD_post_process(
                processor, bytes.baseAddress?.advanced(by: range.lowerBound).assumingMemoryBound(to: CChar.self),
                range.count)
        }
        if result != .YES { collector.fail(.malformed("it does not follow its content type")) }
    }
}

private func collectFormPiece(
    context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?,
    filename: UnsafePointer<CChar>?, contentType: UnsafePointer<CChar>?, transferEncoding: UnsafePointer<CChar>?,
    data: UnsafePointer<CChar>?, offset: UInt64, size: Int
) -> MHD_Result {
    guard let context else { return .NO }
    let collector = Unmanaged<FormCollector>.fromOpaque(context).takeUnretainedValue()
    let piece = FormCollector.Piece(
        name: name, filename: filename, contentType: contentType,
        bytes: UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : size), offset: offset)
    collector.take(piece)
    return collector.problem == nil ? .YES : .NO
}
