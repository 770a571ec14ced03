import Synchronization

/// The contents parsed last. The same few are asked for again and again while messages are accepted and sent.
final class KnownRenderers: Sendable {
    static let shared = KnownRenderers()

    /// Contents kept, and the longest of them in bytes: some megabytes at the most.
    private static let capacity = 16
    private static let longest = 64 * 1024

    private let known = Mutex<[Content: ContentRenderer]>([:])

    subscript(content: Content) -> ContentRenderer? { known.withLock { $0[content] } }

    func keep(_ renderer: ContentRenderer) {
        let content = renderer.content
        guard content.subject.utf8.count + content.html.utf8.count + content.text.utf8.count <= Self.longest else {
            return
        }
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known[content] = renderer
        }
    }
}
