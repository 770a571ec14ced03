import Testing

@testable import Messaging

@Suite("Consent")
struct ConsentTests {
    private static let invoice = MessageType(rawValue: "invoice")
    private static let own = MessageType(rawValue: "spring_offer")

    /// Table of `Consent`, row by row: origin, type, receivers, channel → stopped by broadcasts, by channel 7.
    @Test(
        "Suppressions stop messages as documented",
        arguments: [
            (BroadcastOrigin.compose, MessageType.manual, 1, nil, false, false),
            (.direct, .manual, 1, nil, false, false), (.api, .manual, 1, nil, false, false),
            (.api, invoice, 1, nil, false, false),
            (.automation, MessageType(rawValue: "reminder"), 1, nil, false, false),
            (.api, .bulk, 1, nil, true, false), (.api, own, 1, nil, false, false),
            (.bulk, .bulk, 1, nil, true, false), (.bulk, .bulk, 500, 7, true, true),
            (.compose, .manual, 2, nil, true, false), (.compose, .manual, 2, 7, true, true),
            (.compose, .manual, 1, 7, false, true), (.bulk, invoice, 500, nil, false, false),
            (.bulk, invoice, 500, 7, false, true), (.automation, own, 500, nil, true, false),
            (.bulk, .bulk, 9, 8, true, false),
        ] as [(BroadcastOrigin, MessageType, Int, Int64?, Bool, Bool)])
    func table(
        origin: BroadcastOrigin, type: MessageType, receivers: Int, channel: Int64?, broadcasts: Bool, seven: Bool
    ) {
        let consent = Consent(origin: origin, type: type, receivers: receivers, channelID: channel)
        #expect(consent.isStopped(by: .everything))
        #expect(consent.isStopped(by: .broadcasts) == broadcasts)
        #expect(consent.isStopped(by: .channel(7)) == seven)
    }

    @Test("The widest suppression is named, and the oldest among equals")
    func named() {
        func standing(_ id: Int64, _ scope: SuppressionScope, _ at: Int64) -> Suppression {
            Suppression(
                id: id, address: Address(kind: .email, value: "ada@example.org"), scope: scope, reason: "r\(id)",
                source: .user, createdAt: Timestamp(milliseconds: at))
        }
        let consent = Consent(isBroadcast: true, channelID: 3)
        let all = [
            standing(1, .channel(3), 1), standing(2, .broadcasts, 5), standing(3, .broadcasts, 4),
            standing(4, .channel(9), 0),
        ]
        #expect(consent.stop(among: all)?.id == 3)
        #expect(consent.stop(among: all + [standing(5, .everything, 9)])?.id == 5)
        #expect(consent.stop(among: [all[3]]) == nil)
        #expect(Consent().stop(among: all) == nil)
    }

    @Test("A skipped message states scope, start and reason of the suppression")
    func words() {
        var standing = Suppression(
            id: 1, address: Address(kind: .email, value: "ada@example.org"), scope: .channel(3),
            channelName: "Newsletter",
            reason: "Unsubscribed.", source: .person, createdAt: Timestamp(milliseconds: 1_795_000_000_000))
        #expect(standing.words == "suppressed for the channel Newsletter since 18 Nov 2026: Unsubscribed.")
        standing.scope = .broadcasts
        #expect(standing.words.hasPrefix("suppressed for all broadcasts since"))
        standing.scope = .channel(4)
        standing.channelName = ""
        #expect(standing.words.hasPrefix("suppressed for a channel that was deleted since"))
    }

    private struct Numbers: MessageTokens {
        func token(ofMessage id: Int64) -> String { "t\(id)" }
        func message(ofToken token: String) -> Int64? { Int64(token.dropFirst()) }
    }

    @Test(
        "One-click unsubscribe requires an HTTPS or loopback public URL",
        arguments: [
            ("https://console.example.com", true), ("https://console.example.com/", true),
            ("http://console.example.com", false), ("http://127.0.0.1:8080", true), ("http://localhost", true),
        ])
    func oneClick(base: String, isOneClick: Bool) throws {
        let link = try #require(UnsubscribeLinks(publicURL: base, tokens: Numbers())).link(ofMessage: 41)
        #expect(link.isOneClick == isOneClick)
        #expect(link.url == (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/u/t41")
    }

    @Test("Without a public URL there is no unsubscribe link")
    func nowhere() {
        #expect(UnsubscribeLinks(publicURL: nil, tokens: Numbers()) == nil)
        #expect(UnsubscribeLinks(publicURL: "", tokens: Numbers()) == nil)
    }

    @Test("The unsubscribe URL is added as a merge value if a text uses it, and the caller's own takes precedence")
    func mergeValue() throws {
        let asking = try ContentRenderer(
            Content(deliveryChannel: .email, subject: "S", html: "<a href=\"{{unsubscribe_url}}\">Leave</a>", text: "T")
        )
        let plain = try ContentRenderer(Content(deliveryChannel: .email, subject: "S", text: "T"))
        let url = "https://x.example/u/t1"
        #expect(try asking.render(asking.values(MergeValues(), unsubscribe: url)).html.contains("href=\"\(url)\""))
        #expect(asking.values(MergeValues(), unsubscribe: nil).isEmpty)
        #expect(plain.values(MergeValues(), unsubscribe: url).isEmpty)
        let own = MergeValues(["unsubscribe_url": "https://own.example/leave"])
        #expect(asking.values(own, unsubscribe: url) == own)
    }
}
