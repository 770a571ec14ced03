import Glibc

/// Detached system thread for blocking work, which must not run on Swift's cooperative pool.
enum BackgroundThread {
    /// Returns false if the system cannot create a thread.
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
