/// Bytes of an outgoing message as a sequence of segments.
///
/// Segments may be shared between messages: an attachment is in memory once, however many messages carry it
/// concurrently. Segments are never joined on the way to the provider. A single-segment body costs no more than its
/// array.
public struct MessageBody: Sendable {
    private var first: [UInt8]
    private var rest: [[UInt8]] = []
    /// Total size in bytes.
    public private(set) var count: Int

    public init(_ bytes: [UInt8] = []) {
        first = bytes
        count = bytes.count
    }

    /// Appends a segment without copying it. Empty segments are ignored, so no segment is empty unless the body is.
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
    /// Compares the bytes, ignoring segmentation.
    public static func == (left: MessageBody, right: MessageBody) -> Bool {
        left.count == right.count && left.bytes == right.bytes
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(count) }
}
