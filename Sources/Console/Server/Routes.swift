import HTTPServing

/// Everything the site answers, in the order of its menu.
enum Routes {
    static let all: [Route] = groups.flatMap { $0 }

    private static let groups: [[Route]] = [
        HealthPages.routes, StaticPages.routes, LoginPages.routes, SetupPages.routes, AccountPages.routes,
        HomePages.routes, OverviewPages.routes, SendLogsPages.routes, SendLogDetailsPages.routes,
        SendLogExportPages.routes, SavedFilterPages.routes, ComposePages.routes, BulkPages.routes, DraftsPage.routes,
        DirectoryListPages.routes, DirectoryFormPages.routes,
        DirectoryImportPages.routes, DirectoryRecordPages.routes, RecordDevices.routes, DirectorySendPages.routes,
        SandboxPages.routes,
        ProviderPages.routes, ChannelPages.routes, EmailWrapperPages.routes, MailTemplatePages.routes,
        MessageTemplatePages.routes, UsersPages.routes, RolesPages.routes, TokensPages.routes, ModulesPages.routes,
        SuppressionPages.routes, UnsubscribePages.routes, InDoubtPages.routes,
        AuditPages.routes, GeneralSettingsPages.routes, API.routes, Webhooks.routes,
    ]
}

extension Route {
    /// Stands for an address that is none of ours.
    static let missing = Route(.get, "-", .open, answer: { _ in throw Failure.notFound })
}
