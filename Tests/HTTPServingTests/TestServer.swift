import Foundation
import Logging
import Synchronization

@testable import HTTPServing

/// Starts a server on a free loopback port; its error responses are plain text.
func startServer(
    workers: Int = 2, limits: Limits = Limits(), bodyLimit: Int = 1024 * 1024,
    fixed: @escaping @Sendable (String) -> FixedResponse? = { _ in nil },
    handler: @escaping @Sendable (Request) -> Reply
) throws -> Server {
    try Server(
        host: "127.0.0.1", port: 0, workers: workers, limits: limits, logger: Logger(label: "test"),
        bodyLimit: { _ in bodyLimit }, fixed: fixed, refuse: { _, status, message in .text(message, status: status) },
        handler: handler)
}

/// One-shot signal between threads.
final class Gate: Sendable {
    private let lock = ConditionLock(false)

    func open() {
        lock.change { $0 = true }
    }

    /// Returns false on timeout.
    @discardableResult
    func wait() -> Bool {
        lock.wait(atMost: .seconds(20)) { $0 ? true : nil } ?? false
    }
}

/// Runs on a dedicated thread, because blocking calls must not occupy Swift's cooperative pool.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        _ = BackgroundThread.start {
            continuation.resume(with: Swift.Result { try body() })
        }
    }
}

/// Work on a thread that is already running when the initializer returns, independent of tests in parallel.
final class Running<Result: Sendable>: Sendable {
    private let outcome = ConditionLock<Swift.Result<Result, any Error>?>(nil)

    init(_ body: @escaping @Sendable () throws -> Result) {
        _ = BackgroundThread.start { [outcome] in
            let result = Swift.Result { try body() }
            outcome.change { $0 = result }
        }
    }

    /// Blocks until the work is done.
    func value() throws -> Result { try outcome.wait { $0 }.get() }
}

/// A new empty folder, removed when the value is released.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/http-serving-XXXXXX".utf8CString)
        mkdtemp(&template)
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ name: String, _ text: String) {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = text.withCString { Foundation.write(descriptor, $0, strlen($0)) }
        close(descriptor)
    }
}

extension Server {
    /// Stops the server at the end of a test.
    func stop() {
        stop(grace: .seconds(5))
    }
}
