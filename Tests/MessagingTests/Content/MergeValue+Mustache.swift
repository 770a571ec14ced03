import Messaging
import Mustache

/// The value in the shapes that swift-mustache knows, so that it can be asked what it makes of a message.
extension MergeValue: MustacheParent, MustacheCustomRepresentation {
    public func child(named name: String) -> Any? { child(name) as MergeValue? }

    /// The value in the shapes the engine knows. An empty text counts as absent, zero is shown yet opens no section.
    public var representation: Any? {
        switch self {
        case .string(let text): text.isEmpty ? nil : text
        case .number(let literal): isTruthy ? literal : ZeroNumber(renderText: literal)
        case .bool(let flag): flag
        case .null: nil
        case .list(let items): MergeList(items: items)
        case .object(let members): MergeObject(members: members)
        }
    }
}

private struct ZeroNumber: MustacheCustomRenderable, MustacheParent {
    let renderText: String
    var isNull: Bool { true }
    func child(named: String) -> Any? { nil }
}

private struct MergeList: MustacheSequence, MustacheCustomRenderable, MustacheParent {
    let items: [MergeValue]
    var renderText: String { "" }
    var isNull: Bool { false }
    func makeIterator() -> IndexingIterator<[MergeValue]> { items.makeIterator() }
    func child(named: String) -> Any? { nil }
}

private struct MergeObject: MustacheCustomRenderable, MustacheParent {
    let members: [String: MergeValue]
    var renderText: String { "" }
    var isNull: Bool { false }
    func child(named name: String) -> Any? { members[name] }
}
