/// Why one message to one receiver was not accepted.
public enum SendRefused: Error, Sendable, Hashable {
    /// The receiver has no address for the delivery channel, or none that is valid. Lower case, without a full stop.
    case unreachable(String)
    /// Paths of the variables that the content asks for and that have no value for this receiver.
    case missing([String])
    /// The content cannot be merged with the receiver's values; a sentence.
    case unmergeable(String)
}
