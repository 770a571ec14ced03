import Synchronization

/// Cache of recently parsed contents: the same few are used repeatedly while messages are accepted and sent.
final class KnownRenderers: Sendable {
    static let shared = KnownRenderers()

    /// Maximum number of cached contents, and maximum size of each in bytes: a few megabytes in total.
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
