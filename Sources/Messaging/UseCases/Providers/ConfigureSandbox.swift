/// Changes how the sandbox behaves, for several delivery channels at once, or for none. Throws `InvalidSettings`,
/// `StoreConflict.notFound`.
public struct ConfigureSandbox: UseCase {
    public var edits: [(id: Int64, edit: ProviderEdit)]

    public init(_ edits: [(id: Int64, edit: ProviderEdit)]) { self.edits = edits }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            for (id, edit) in edits { _ = try commit.change(id, by: edit) }
            try commit.audit("update provider", "sandbox", detail: "behaviour")
        }
    }
}
