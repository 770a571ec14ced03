/// Assembles the chunks of a multipart form into fields and files, within the limits.
final class FormCollector {
    /// One call of the post processor. Its pointers are valid during that call only.
    struct Piece {
        var name: UnsafePointer<CChar>?
        var filename: UnsafePointer<CChar>?
        var contentType: UnsafePointer<CChar>?
        var bytes: UnsafeRawBufferPointer
        var offset: UInt64
    }

    private enum Part {
        case field(name: String, value: [UInt8])
        case file(field: String, filename: String, contentType: String, spool: SpoolFile)
        /// A file input without a selected file.
        case noFile
    }

    var problem: BodyProblem?
    private let options: FormOptions
    private let share: BodyMemory.Share
    private var form = Fields()
    private var files: [UploadedFile] = []
    private var current: Part?

    init(options: FormOptions, share: BodyMemory.Share) {
        self.options = options
        self.share = share
    }

    /// Records the first problem only; later ones follow from it.
    func fail(_ problem: BodyProblem) {
        if self.problem == nil { self.problem = problem }
    }

    func take(_ piece: Piece) {
        guard problem == nil else { return }
        if piece.offset == 0 {
            endPart()
            guard problem == nil else { return }
            begin(piece)
        }
        append(piece.bytes)
    }

    func finish(into request: inout Request) {
        if problem == nil { endPart() }
        request.form = form
        request.files = files
        request.bodyProblem = problem
    }

    private func begin(_ piece: Piece) {
        guard let nameBytes = piece.name else { return fail(.malformed("a part has no name")) }
        guard let name = String(validatingCString: nameBytes) else { return fail(.invalidUTF8) }
        guard let filenameBytes = piece.filename else {
            guard form.pairs.count < options.maximumFields else {
                return fail(.tooManyFields(limit: options.maximumFields))
            }
            guard share.reserve(name.utf8.count + 64) else { return fail(Self.noMemory) }
            current = .field(name: name, value: [])
            return
        }
        guard let filename = String(validatingCString: filenameBytes) else { return fail(.invalidUTF8) }
        if filename.isEmpty {
            current = .noFile
        } else {
            beginFile(name, filename, piece.contentType)
        }
    }

    private func beginFile(_ field: String, _ filename: String, _ contentType: UnsafePointer<CChar>?) {
        guard files.count < options.maximumFiles else { return fail(.tooManyFiles(limit: options.maximumFiles)) }
        do {
            current = .file(
                field: field, filename: Self.lastComponent(filename),
                contentType: contentType.flatMap { String(validatingCString: $0) } ?? "application/octet-stream",
                spool: try SpoolFile(directory: options.spoolDirectory))
        } catch {
            fail(.notStored("\(error)"))
        }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, problem == nil else { return }
        switch current {
        case .field(let name, var value):
            // Moved out first: an array with two owners would be copied for each chunk.
            current = nil
            guard value.count + bytes.count <= options.fieldBytes else {
                return fail(.fieldTooLong(limit: options.fieldBytes))
            }
            guard share.reserve(bytes.count) else { return fail(Self.noMemory) }
            value.append(contentsOf: bytes)
            current = .field(name: name, value: value)
        case .file(_, let filename, _, let spool):
            guard spool.size + bytes.count <= options.fileBytes else {
                return fail(.fileTooLarge(filename: filename, limit: options.fileBytes))
            }
            do { try spool.append(bytes) } catch { fail(.notStored("\(error)")) }
        case .noFile:
            fail(.malformed("a file has no name"))
        case nil:
            fail(.malformed("a part is out of order"))
        }
    }

    private func endPart() {
        switch current {
        case .field(let name, let value):
            if value.contains(0) { return fail(.containsNUL) }
            guard let text = String(validating: value, as: UTF8.self) else { return fail(.invalidUTF8) }
            form.append(name, text)
        case .file(let field, let filename, let contentType, let spool):
            do {
                try spool.finish()
                files.append(UploadedFile(field: field, filename: filename, contentType: contentType, spool: spool))
            } catch {
                fail(.notStored("\(error)"))
            }
        case .noFile, nil:
            break
        }
        current = nil
    }

    /// Strips the path that some clients send, with either slash.
    private static func lastComponent(_ filename: String) -> String {
        filename.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? filename
    }

    private static let noMemory = BodyProblem.notStored("too many large requests at the moment")
}
