import CMemory
import Foundation

/// How the process keeps memory.
enum Memory {
    /// Three pools for each processor: some fifty threads, most of which wait, would otherwise spread the same few megabytes
    /// over sixteen and more. With two, threads that work at the same time share one more often, and wait for each other at
    /// every allocation then. Before threads are started.
    static func prepare() {
        let processors = ProcessInfo.processInfo.activeProcessorCount
        _ = switchboard_limit_arenas(Int32(clamping: 3 * processors))
    }
}
