import Messaging

/// What one commit brings, gathered while its transaction is open. Lives on the thread that commits.
final class SignalCollector {
    var raised: Set<WorkSignal> = []
}
