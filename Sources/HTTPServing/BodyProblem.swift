/// Error in a request's body. The handler is still called and answers with `status` and `message`.
public enum BodyProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The form does not match its content type.
    case malformed(String)
    case invalidUTF8
    case containsNUL
    case tooManyFields(limit: Int)
    case tooManyFiles(limit: Int)
    case fieldTooLong(limit: Int)
    case fileTooLarge(filename: String, limit: Int)
    /// Server error: the upload could not be written to disk, or the memory for bodies is exhausted.
    case notStored(String)

    /// HTTP status: 400, 413, or 503 for server errors.
    public var status: Int {
        switch self {
        case .malformed, .invalidUTF8, .containsNUL: 400
        case .tooManyFields, .tooManyFiles, .fieldTooLong, .fileTooLarge: 413
        case .notStored: 503
        }
    }

    /// One-sentence explanation for the sender.
    public var message: String {
        switch self {
        case .malformed(let detail): "The form could not be read: \(detail)."
        case .invalidUTF8: "The form contains text that is not valid UTF-8."
        case .containsNUL: "The form contains a NUL character."
        case .tooManyFields(let limit): "The form has more than \(limit) fields."
        case .tooManyFiles(let limit): "The form has more than \(limit) files."
        case .fieldTooLong(let limit): "A field of the form is longer than \(limit) bytes."
        case .fileTooLarge(let filename, let limit): "The file “\(filename)” is larger than \(limit) bytes."
        case .notStored(let detail): "The request could not be stored: \(detail)."
        }
    }

    public var description: String { message }
}
