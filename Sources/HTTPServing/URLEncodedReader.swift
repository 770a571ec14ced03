/// Reads an urlencoded form. Does not use libmicrohttpd's post processor, which (0.9.75) rejects a `=` in a value,
/// keeps malformed escapes, and adds an empty field when a chunk ends inside an escape.
final class URLEncodedReader: BodyReader {
    private let raw: RawBodyReader
    private let options: FormOptions

    init(options: FormOptions, share: BodyMemory.Share) {
        raw = RawBodyReader(share: share)
        self.options = options
    }

    func receive(_ bytes: UnsafeRawBufferPointer) {
        raw.receive(bytes)
    }

    func finish(into request: inout Request) {
        raw.finish(into: &request)
        var body = request.body
        request.body = []
        guard request.bodyProblem == nil else { return }
        // Some hand-written clients end the body with a line break.
        while let last = body.last, last == 0x0A || last == 0x0D { body.removeLast() }
        do {
            request.form = try parse(body)
        } catch {
            request.bodyProblem = error
        }
    }

    private func parse(_ body: [UInt8]) throws(BodyProblem) -> Fields {
        var form = Fields()
        var pairs = URLEncodedPairs(body)
        while let pair = try next(&pairs) {
            guard form.pairs.count < options.maximumFields else { throw .tooManyFields(limit: options.maximumFields) }
            guard pair.value.utf8.count <= options.fieldBytes else { throw .fieldTooLong(limit: options.fieldBytes) }
            form.append(pair.name, pair.value)
        }
        return form
    }

    private func next(_ pairs: inout URLEncodedPairs<[UInt8]>) throws(BodyProblem) -> (name: String, value: String)? {
        do {
            return try pairs.next()
        } catch {
            switch error {
            case .brokenEscape: throw .malformed("a percent escape is broken")
            case .invalidUTF8: throw .invalidUTF8
            case .containsNUL: throw .containsNUL
            }
        }
    }
}
