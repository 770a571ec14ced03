/// Writes a provider's request to disk, as it came, once its signature is verified; applying it follows. Not audited: nobody
/// of the company acts. Throws `WebhookRefused`.
public struct ReceiveWebhook: UseCase {
    public var request: WebhookRequest
    public var providerID: Int64

    public init(_ request: WebhookRequest, from providerID: Int64) {
        self.request = request
        self.providerID = providerID
    }

    public func perform(_ work: Work) throws {
        guard let account = try work.stores.providers.provider(providerID),
            let provider = try? work.stores.catalog.webhookReceiver(for: account),
            provider.takesWebhooks
        else { throw WebhookRefused.unknown }
        let externalID = try provider.verify(request)
        try work.stores.inbox.keep(InboxEvent(providerID: providerID, externalID: externalID, request: request))
    }
}
