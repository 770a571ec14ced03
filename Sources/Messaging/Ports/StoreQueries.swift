/// Everything that can be read of a store, and nothing that writes: what pages and the API are given.
public typealias StoreQueries = BroadcastQueries & BulkQueries & MessageQueries & ProviderQueries & SandboxQueries
    & DirectoryQueries & DeviceQueries & NoticeQueries & ChannelQueries & ImportQueries & TemplateQueries
    & AccessQueries
    & SuppressionQueries & ThreadQueries & MessageTokens
