/// The bytes of a message on their way out, as segments in their order.
///
/// A segment may be shared by many messages: an attachment is in memory once, however many messages carry it at the same
/// time. Nothing on the way to the provider joins the segments. A body of one segment costs no more than its array.
public struct MessageBody: Sendable {
    private var first: [UInt8]
    private var rest: [[UInt8]] = []
    /// Bytes of all segments together.
    public private(set) var count: Int

    public init(_ bytes: [UInt8] = []) {
        first = bytes
        count = bytes.count
    }

    /// Adds a segment without copying it. An empty one changes nothing, so no segment is empty unless the body is.
    public mutating func append(_ segment: [UInt8]) {
        guard !segment.isEmpty else { return }
        if count == 0 { first = segment } else { rest.append(segment) }
        count += segment.count
    }

    /// At least one.
    public var segmentCount: Int { rest.count + 1 }
    public subscript(segment index: Int) -> [UInt8] { index == 0 ? first : rest[index - 1] }

    /// All bytes in one array: for one segment the array itself, otherwise a copy.
    public var bytes: [UInt8] {
        guard !rest.isEmpty else { return first }
        var all: [UInt8] = []
        all.reserveCapacity(count)
        for index in 0..<segmentCount { all += self[segment: index] }
        return all
    }

    public var endsWithNewline: Bool {
        let last = self[segment: segmentCount - 1]
        guard last.last == 10 else { return false }
        let before =
            last.count > 1 ? last[last.count - 2] : segmentCount > 1 ? self[segment: segmentCount - 2].last : nil
        return before == 13
    }
}

extension MessageBody: Hashable {
    /// The same bytes, however they are cut.
    public static func == (left: MessageBody, right: MessageBody) -> Bool {
        left.count == right.count && left.bytes == right.bytes
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(count) }
}
