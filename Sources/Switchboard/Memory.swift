import CMemory
import Foundation

/// How the process keeps memory.
enum Memory {
    /// Two pools for each processor: some fifty threads, most of which wait, would otherwise spread the same few megabytes
    /// over sixteen and more. Before threads are started.
    static func prepare() {
        let processors = ProcessInfo.processInfo.activeProcessorCount
        _ = switchboard_limit_arenas(Int32(clamping: 2 * processors))
    }
}
