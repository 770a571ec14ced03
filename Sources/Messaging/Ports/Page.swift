/// One page of a list walked by key. `next` is the key to go on from; `nil` at the end.
public struct Page<Item: Sendable>: Sendable {
    public var items: [Item]
    public var next: Int64?
    /// A key for the page of newer items; `nil` on the newest.
    public var previous: Int64?
    /// The row budget ended before the page was full; `next` goes on.
    public var isPartial: Bool

    public init(items: [Item], next: Int64? = nil, previous: Int64? = nil, isPartial: Bool = false) {
        self.items = items
        self.next = next
        self.previous = previous
        self.isPartial = isPartial
    }
}

/// Where a page of a list begins: below a key (older), above one (newer), or at the newest.
public enum PageStart: Sendable, Hashable {
    case newest
    case after(Int64)
    case before(Int64)
}

/// A conditional write found the row changed, gone, or in another state.
public enum StoreConflict: Error, Sendable, Hashable {
    case notFound
    /// Somebody saved in between; the number is the version that stands.
    case version(Int64)
    case state(String)
    case duplicate(String)
}

/// The store cannot write now (disk full, locked for too long). Nothing was changed.
public struct StoreUnavailable: Error, Sendable, Hashable {
    public var isFull: Bool
    public var detail: String
    public init(isFull: Bool, detail: String) {
        self.isFull = isFull
        self.detail = detail
    }
}
