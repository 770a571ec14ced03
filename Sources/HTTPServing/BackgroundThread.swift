import Glibc

/// A detached thread of the system. Blocking work has no place on Swift's cooperative pool.
enum BackgroundThread {
    /// False when the system has no thread to give.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Body(body))
        guard pthread_create(&thread, nil, runBackgroundThread, box.toOpaque()) == 0 else {
            box.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}

private func runBackgroundThread(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let box { Unmanaged<BackgroundThread.Body>.fromOpaque(box).takeRetainedValue().run() }
    return nil
}
