import Dispatch
import Synchronization

/// Merges what commits added to the text indexes, a little at a time, in commits of its own.
///
/// Left to itself FTS5 merges within the commit that fills its 64th page, for as long as that takes: 90 ms and more in a
/// large index, and whoever waits behind that commit waits as long. Here merging is work like any other in the
/// background, and gives way between its steps.
final class TextIndexMerger: Sendable {
    /// Of 2 KB, merged by one step, which keeps others from writing for some 5 ms. Each step also reads and writes a page
    /// or two of every part it merges, whether it goes on for long or not.
    static let pages = 64
    /// The same while nobody is kept: some 40 ms.
    static let manyPages = 512
    /// Whoever wrote lately will write again.
    static let calm = Duration.seconds(1)

    private struct State {
        /// Commits since merging was last asked for.
        var added = 0
        var isAtWork = false
        var isWanted = false
        var isStopping = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "text index")

    /// A commit of that engine added to an index. Nothing can be merged before some did.
    func noteAddition(to engine: SQLiteEngine) {
        let isDue = state.withLock { state in
            state.added += 1
            return state.added >= SQLiteTextIndex.segmentsMerged
        }
        if isDue { wake(engine) }
    }

    func wake(_ engine: SQLiteEngine) {
        let begins = state.withLock { state in
            state.added = 0
            state.isWanted = true
            if state.isAtWork || state.isStopping { return false }
            state.isAtWork = true
            return true
        }
        if begins { queue.async { [self, weak engine] in work { try engine?.mergeTextIndexes() } } }
    }

    /// Waits for the step under way.
    func stop() {
        state.withLock { $0.isStopping = true }
        waitForRest()
    }

    /// Waits until nothing is left to merge of what was added so far.
    func waitForRest() { queue.sync {} }

    /// - Parameter merge: one step. Whether there may be more to merge.
    private func work(_ merge: () throws -> Bool?) {
        while begins() {
            // What cannot be merged now, on a full disk say, is merged after a later commit.
            if (try? merge()) ?? false { state.withLock { $0.isWanted = true } }
        }
    }

    private func begins() -> Bool {
        state.withLock { state in
            state.isAtWork = state.isWanted && !state.isStopping
            state.isWanted = false
            return state.isAtWork
        }
    }
}
