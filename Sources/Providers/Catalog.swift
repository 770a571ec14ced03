import Messaging

/// Every kind of provider there is. A new one is a file of its own and one line here.
public enum Catalog {
    public static let all = ProviderCatalog([
        SMTPProvider.self, GenericHTTPProvider.self, SandboxProvider.self, InAppProvider.self,
    ])
}
