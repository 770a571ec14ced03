/// Why an act on suppressions was not done.
public enum SuppressionRefused: Error, Sendable, Hashable {
    /// A provider or the person set it, and the actor did not confirm that it is to be removed.
    case unconfirmed(SuppressionSource)
}
