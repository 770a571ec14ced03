/// Error response sent by the server before any handler runs. The site renders the page.
struct Refusal {
    var status: Int
    var message: String

    static let badTarget = Refusal(status: 400, message: "The address of this request is not valid.")
    static let busy = Refusal(status: 503, message: "The server is busy. Try again in a moment.")
    static let stopping = Refusal(status: 503, message: "The server is stopping. Try again in a moment.")

    static func bodyTooLarge(limit: Int) -> Refusal {
        Refusal(status: 413, message: "The request is larger than the \(limit) bytes allowed here.")
    }

    static func targetTooLong(limit: Int) -> Refusal {
        Refusal(status: 414, message: "The address of this request is longer than \(limit) bytes.")
    }

    static func headersTooLarge(limit: Int) -> Refusal {
        Refusal(status: 431, message: "The headers of this request are larger than \(limit) bytes.")
    }
}
