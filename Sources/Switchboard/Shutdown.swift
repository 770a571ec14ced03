import Foundation

/// Waits for SIGTERM or SIGINT on the main thread. Both are blocked before any thread starts, so they never interrupt
/// another thread.
enum Shutdown {
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        var signals = Self.signals
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    static func wait() {
        var signals = Self.signals
        var received: Int32 = 0
        while sigwait(&signals, &received) != 0 {}
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }
}
