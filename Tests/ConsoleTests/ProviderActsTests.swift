import HTTPServing
import Messaging
import Numbering
import Providers
import Testing

@testable import Console

@Suite("Changes of a provider")
struct ProviderActsTests {
    private static let servers = "/app/settings/communication/mail-servers"

    private let fixture: SiteFixture
    private let acts: UseCases

    init() throws {
        fixture = try SiteFixture.signedIn()
        acts = UseCases(
            store: fixture.temporary.store, phones: NumberingPlan(), catalog: Catalog.all, unsubscribe: nil)
    }

    private func server(isEnabled: Bool = true, isDefault: Bool = true) throws -> Int64 {
        var draft = ProviderDraft(
            deliveryChannel: .email, kind: "smtp", name: "Office", isDefault: isDefault, isEnabled: isEnabled,
            settings: ProviderSettings([
                "host": "mail.example.org", "port": "587", "tls": "starttls", "from_address": "hello@example.org",
                "max_connections": "5", "username": "ada", "password": "old-secret",
            ]), secretNames: ["password"])
        let id = try fixture.store.createProvider(draft, at: fixture.now)
        if !isDefault {
            (draft.name, draft.isDefault) = ("Other", true)
            _ = try fixture.store.createProvider(draft, at: fixture.now)
        }
        return id
    }

    private func perform(_ act: some UseCase) throws {
        _ = try acts.perform(act, by: .commandLine, at: fixture.now)
    }

    /// What is changed with the rest as it was when somebody looked.
    static let changes: [String: @Sendable (Int64) -> any UseCase] = [
        "disable": { SwitchProvider($0, .disable) },
        "enable": { SwitchProvider($0, .enable) },
        "make default": { SwitchProvider($0, .makeDefault) },
        "a new name": { UpdateProvider($0, ProviderEdit(name: "Renamed")) },
        "PATCH enabled": { UpdateProvider($0, ProviderEdit(isEnabled: true)) },
        "PATCH default": { UpdateProvider($0, ProviderEdit(isDefault: true)) },
        "one setting": { UpdateProvider($0, ProviderEdit(settings: ["host": "new.example.org"])) },
        "the sandbox's behaviour": { ConfigureSandbox([(id: $0, edit: ProviderEdit(settings: ["host": "s.org"]))]) },
    ]

    @Test("a password and a setting saved by somebody else meanwhile stay", arguments: changes.keys.sorted())
    func meanwhile(_ change: String) throws {
        let id = try server(isEnabled: change != "enable", isDefault: change != "make default")
        let prepare = try #require(Self.changes[change])
        let act = prepare(id)
        try perform(
            UpdateProvider(id, ProviderEdit(settings: ["password": "new-secret", "username": "grace"])))
        try perform(act)
        let stored = try #require(try fixture.store.provider(id))
        #expect(stored.settings["password"] == "new-secret")
        #expect(stored.settings["username"] == "grace")
        #expect(stored.isEnabled == (change != "disable"))
        #expect(stored.isDefault)
        #expect(
            (stored.settings["host"] == "mail.example.org") == !["one setting", "the sandbox's behaviour"].contains(
                change))
    }

    @Test("a change that the rest does not allow any more is refused whole")
    func invalid() throws {
        let id = try server()
        let before = try fixture.store.provider(id)
        #expect(throws: InvalidSettings.self) {
            try perform(UpdateProvider(id, ProviderEdit(name: "Renamed", settings: ["host": ""])))
        }
        #expect(throws: InvalidSettings.self) {
            try perform(ConfigureSandbox([(id: id, edit: ProviderEdit(settings: ["port": "x"]))]))
        }
        #expect(try fixture.store.provider(id) == before)
        #expect(try fixture.audited("update provider").isEmpty)
    }

    /// A provider's state, and the buttons that its page has then.
    static let buttons: [(isEnabled: Bool, isDefault: Bool, offered: Set<SwitchProvider.Change>)] = [
        (true, true, [.disable]), (true, false, [.disable, .makeDefault]),
        (false, true, [.enable]), (false, false, [.enable]),
    ]

    @Test("a button does what its page offers, and nothing else", arguments: buttons, SwitchProvider.Change.allCases)
    func pressed(
        _ state: (isEnabled: Bool, isDefault: Bool, offered: Set<SwitchProvider.Change>),
        _ change: SwitchProvider.Change
    ) throws {
        let id = try server(isEnabled: state.isEnabled, isDefault: state.isDefault)
        let path = "\(Self.servers)/\(id)"
        let button = "\(path)/\(change.rawValue)"
        let isOffered = state.offered.contains(change)
        #expect(fixture.get(path).text.contains("action=\"\(button)\"") == isOffered)
        let before = try StoreContents(fixture.temporary.store)
        let answer = fixture.post(button)
        #expect(answer.location == path)
        let after = try StoreContents(fixture.temporary.store)
        #expect(after.differences(from: before) == (isOffered ? ["audit", "providers"] : []))
        if !isOffered {
            let words = fixture.get(path).text
            #expect(words.contains("already.") || words.contains("Only an enabled provider can be the default."))
        }
    }
}
