/// Files a provider's word about a message and moves the message by it. Safe to repeat. Returns whether it was new.
public struct ApplyReceipt: UseCase {
    public var receipt: Receipt

    public init(_ receipt: Receipt) { self.receipt = receipt }

    public func perform(_ work: Work) throws -> Bool {
        try work.commit { try $0.stores.inbox.file(receipt) }
    }
}
