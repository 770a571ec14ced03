import CMemory
import Foundation

/// Allocator configuration of the process.
enum Memory {
    /// Limits malloc to three arenas per processor: by default some fifty mostly idle threads spread the same few
    /// megabytes over sixteen and more. With two per processor, active threads share an arena more often and contend at
    /// every allocation. Call before threads are started.
    static func prepare() {
        let processors = ProcessInfo.processInfo.activeProcessorCount
        _ = switchboard_limit_arenas(Int32(clamping: 3 * processors))
    }
}
