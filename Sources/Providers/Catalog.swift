import Messaging

/// Registry of all provider kinds. A new provider is one file and one line here.
public enum Catalog {
    public static let all = ProviderCatalog([
        SMTPProvider.self, GenericHTTPProvider.self, SandboxProvider.self, InAppProvider.self,
    ])
}
