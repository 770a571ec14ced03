import HTTPServing
import Synchronization

/// Files that were asked for once, whole with all their headers, by request target. They are sent without a route, a
/// visit or a line in the log: a page asks for a dozen of them.
final class FixedResponses: Sendable {
    private let answers = Mutex<[String: FixedResponse]>([:])

    func answer(to target: String) -> FixedResponse? { answers.withLock { $0[target] } }

    /// - Parameter request: only one that is written as its own URL is kept, so that there are no more of them than files:
    ///   without a query, or with the fingerprint of the file.
    func keep(_ response: Response, for request: Request) {
        let query = request.query.pairs
        let isKept = query.isEmpty || (query.count == 1 && query[0].name == "v" && response.isKeptForEver)
        let url = query.isEmpty ? request.path : "\(request.path)?v=\(query[0].value)"
        guard isKept, request.rawTarget == url, let answer = FixedResponse(response) else { return }
        answers.withLock { $0[url] = answer }
    }
}

extension Response {
    /// Sent under the file's own fingerprint.
    fileprivate var isKeptForEver: Bool { headers["Cache-Control"]?.hasSuffix("immutable") == true }
}
