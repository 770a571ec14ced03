/// Every store that acts write to, and what else they ask of the house.
struct Stores: Sendable {
    let unit: any UnitOfWork
    let audit: any AuditLog
    let broadcasts: any BroadcastStore
    let bulk: any BulkStore
    let fanOut: any FanOutStore
    let messages: any MessageStore
    let providers: any ProviderStore
    let sandbox: any SandboxItems
    let inbox: any InboxStore
    let threads: any ThreadStore
    let directory: any DirectoryStore
    let devices: any DeviceStore
    let notices: any NoticeStore
    let channels: any ChannelStore
    let imports: any ImportStore
    let templates: any TemplateStore
    let access: any AccessStore
    let suppressions: any SuppressionStore
    let phones: any PhoneRules
    let catalog: ProviderCatalog
    /// `nil` where people cannot reach this installation.
    let unsubscribe: UnsubscribeLinks?
}

/// One object that is the whole store.
public typealias WholeStore = UnitOfWork & AuditLog & BroadcastStore & BulkStore & FanOutStore & MessageStore
    & ProviderStore
    & SandboxItems & InboxStore & ThreadStore & OutboxStore & DirectoryStore & DeviceStore & NoticeStore & ChannelStore
    & ImportStore
    & TemplateStore & AccessStore & SuppressionStore & MessageTokens

extension UseCases {
    public init(
        store: any WholeStore, phones: any PhoneRules, catalog: ProviderCatalog, unsubscribe: UnsubscribeLinks?
    ) {
        self.init(
            stores: Stores(
                unit: store, audit: store, broadcasts: store, bulk: store, fanOut: store, messages: store,
                providers: store, sandbox: store, inbox: store, threads: store, directory: store, devices: store,
                notices: store, channels: store, imports: store, templates: store, access: store,
                suppressions: store, phones: phones, catalog: catalog, unsubscribe: unsubscribe))
    }
}
