/// Which addresses must not be written to, for what, and why.
public protocol SuppressionQueries: Sendable {
    /// The newest first.
    func suppressions(_ filter: SuppressionFilter, from start: PageStart, limit: Int) throws -> Page<Suppression>
    func suppression(_ id: Int64) throws -> Suppression?
    /// All that concern these addresses, the oldest first.
    func suppressions(of addresses: [Address]) throws -> [Address: [Suppression]]
    /// Whom a message went to and what stands against writing to them; `nil` when there is no such message.
    func preferences(ofMessage id: Int64) throws -> Preferences?
}

/// Adds and removes suppressions.
public protocol SuppressionStore: SuppressionQueries {
    /// Writes each once, in one commit. Who is suppressed for the same by the same word stays as it was.
    /// - Returns: how many were new.
    @discardableResult
    func suppress(_ suppressions: [NewSuppression], at: Timestamp) throws -> Int
    /// Rows of an import, each with the addresses it names, in one commit that lets whoever waits go first. `unchanged`
    /// is a row that says nothing new.
    func takeSuppressions(_ rows: [[NewSuppression]], at: Timestamp) throws -> [RowOutcome]
    /// Takes one back; what it was. Throws `StoreConflict.notFound`.
    @discardableResult
    func lift(_ id: Int64) throws -> Suppression
    /// Takes back what the person asked for, and nothing else. Returns what that was.
    /// - Parameter before: only what they asked for until then; `nil` for all.
    @discardableResult
    func liftOwn(_ scope: SuppressionScope, of address: Address, before: Timestamp?) throws -> [Suppression]
}

public struct SuppressionFilter: Sendable, Hashable {
    /// A part of the address or of its owner's name.
    public var query: String
    public var scope: SuppressionScope.Kind?
    public var channelID: Int64?
    public var source: SuppressionSource?

    public init(
        query: String = "", scope: SuppressionScope.Kind? = nil, channelID: Int64? = nil,
        source: SuppressionSource? = nil
    ) {
        self.query = query
        self.scope = scope
        self.channelID = channelID
        self.source = source
    }
}

/// What the preferences page of a message shows.
public struct Preferences: Sendable, Hashable {
    public var messageID: Int64
    public var address: Address
    public var consent: Consent
    /// Of the channel the receiver came from; empty when there is none, or it is gone.
    public var channelName: String
    public var suppressions: [Suppression]

    public init(
        messageID: Int64, address: Address, consent: Consent, channelName: String, suppressions: [Suppression]
    ) {
        self.messageID = messageID
        self.address = address
        self.consent = consent
        self.channelName = channelName
        self.suppressions = suppressions
    }
}
