import Messaging
import Testing

@Suite("Preflight")
struct PreflightTests {
    static let ready: [DeliveryChannel: ChannelReadiness] = [
        .email: ChannelReadiness(deliveryChannel: .email, state: .ready, providerName: "Mail"),
        .sms: ChannelReadiness(deliveryChannel: .sms, state: .ready, providerName: "Gateway"),
    ]

    static func person(_ id: Int64, _ name: String, email: String = "", mobile: String = "") -> FanOutReceiver {
        FanOutReceiver(
            receiver: Receiver(id: id, firstName: name, email: email, mobile: mobile, origin: .manual))
    }

    static func findings(
        _ composition: Composition, _ channels: [DeliveryChannel], _ people: [FanOutReceiver],
        readiness: [DeliveryChannel: ChannelReadiness] = ready, chunk: Int = 2
    ) -> [Finding] {
        Preflight.run(composition: composition, deliveryChannels: channels, readiness: readiness) { cursor in
            Array(people.filter { $0.receiver.id > cursor }.prefix(chunk))
        }
    }

    let mail = Composition(emailSubject: "Hi {{member.first_name}}", emailHTML: "<p>Hello</p>")

    @Test("A valid broadcast has no findings")
    func clear() {
        let found = Self.findings(mail, [.email], [Self.person(1, "Ada", email: "ada@example.org")])
        #expect(found == [])
    }

    @Test("A missing value names the variable, the number of receivers and the first five")
    func missing() throws {
        let people = (1...7).map { Self.person(Int64($0), $0 == 3 ? "Ada" : "", email: "p\($0)@example.org") }
        let found = Self.findings(mail, [.email], people)
        let finding = try #require(found.first)
        #expect(found.count == 1)
        #expect(finding.kind == .missingValue("member.first_name"))
        #expect(finding.severity == .warning)
        #expect(finding.title == "{{member.first_name}} is empty for 6 recipients")
        #expect(finding.count == 6)
        #expect(finding.examples.map(\.receiverID) == [1, 2, 4, 5, 6])
    }

    @Test("A skipped receiver has no missing values")
    func skippedLacksNothing() {
        let found = Self.findings(
            mail, [.email],
            [Self.person(1, "Ada", email: "ada@example.org"), Self.person(2, "", mobile: "+27821234567")])
        #expect(found.map(\.kind) == [.noAddress(.email)])
    }

    @Test("Missing, invalid and shared addresses are distinguished")
    func addresses() {
        let text = Composition(smsText: "Hello")
        let people = [
            Self.person(1, "Ada", mobile: "+27821234567"), Self.person(2, "Bob"),
            Self.person(3, "Cy", mobile: "12"), Self.person(4, "Di", mobile: "+27 82 123 4567"),
        ]
        let found = Self.findings(text, [.sms], people)
        #expect(found.map(\.kind) == [.noAddress(.sms), .invalidAddress(.sms), .sharedAddress(.sms), .segments])
        #expect(found.map { $0.examples.map(\.name) } == [["Bob"], ["Cy"], ["Di"], []])
    }

    @Test("Receivers without a device or a record are reported before sending")
    func devicesAndRecords() {
        var composition = Composition()
        composition.push = .init(body: "Hello")
        composition.inApp = .init(body: "Hello")
        var people = (1...3).map { Self.person(Int64($0), "Ada \($0)", email: "ada\($0)@example.org") }
        for (index, device) in [(0, "d-1"), (1, "d-1")] {
            people[index].receiver.entity = EntityReference(
                id: Int64(index), kind: .member, externalID: "m-\(index)", name: "Ada")
            people[index].receiver.device = device
        }
        let found = Self.findings(composition, [.push, .inApp], people, readiness: [:])
            .filter { $0.count > 0 }
        #expect(
            found.map(\.title) == [
                "1 recipient has no registered device", "1 recipient is not linked to a record",
                "1 recipient shares the device of another",
            ])
        #expect(found.map(\.kind) == [.noAddress(.push), .noAddress(.inApp), .sharedAddress(.push)])
        #expect(found.map { $0.examples.map(\.name) } == [["Ada 3"], ["Ada 3"], ["Ada 2"]])
        let nobody = Self.findings(composition, [.push, .inApp], [Self.person(1, "Ada")], readiness: [:])
        #expect(nobody.first?.kind == .nobodyReached)
    }

    @Test("An empty push or in-app message blocks sending, whatever the SMS contains")
    func emptyNotifications() {
        var composition = Composition(smsText: "Hello")
        composition.push = .init(title: "Only a title")
        let found = Self.findings(composition, [.push, .inApp], [Self.person(1, "Ada")], readiness: [:])
        #expect(found.filter { $0.severity == .blocking }.map(\.kind).contains(.emptyContent(.push)))
        #expect(found.filter { $0.severity == .blocking }.map(\.kind).contains(.emptyContent(.inApp)))
    }

    @Test("Sending is blocked without reachable receivers, without any receivers, and without a delivery channel")
    func blocking() {
        #expect(Self.findings(mail, [.email], [Self.person(1, "Ada")]).first?.kind == .nobodyReached)
        #expect(Self.findings(mail, [.email], []).map(\.kind) == [.noReceivers])
        #expect(Self.findings(mail, [], [Self.person(1, "Ada")]).map(\.kind) == [.noDeliveryChannel])
    }

    @Test(
        "Empty and invalid texts block sending",
        arguments: [
            (Composition(emailHTML: "<p>x</p>"), DeliveryChannel.email, Finding.Kind.emptySubject),
            (Composition(emailSubject: "x", emailHTML: "<p> </p>"), .email, .emptyContent(.email)),
            (Composition(smsText: " \n"), .sms, .emptyContent(.sms)),
            (Composition(emailSubject: "{{", emailHTML: "<p>x</p>"), .email, .unreadableContent(.email, .subject)),
            (Composition(emailSubject: "x", emailHTML: "<p>{{#a}}</p>"), .email, .unreadableContent(.email, .html)),
            (Composition(smsText: "{{/a}}"), .sms, .unreadableContent(.sms, .text)),
        ])
    func contents(_ composition: Composition, _ channel: DeliveryChannel, _ kind: Finding.Kind) {
        let ada = Self.person(1, "Ada", email: "ada@example.org", mobile: "+27821234567")
        let blocking = Self.findings(composition, [channel], [ada]).filter { $0.severity == .blocking }
        #expect(blocking.map(\.kind) == [kind])
    }

    @Test("A mail with only a picture is not empty")
    func picture() {
        let composition = Composition(emailSubject: "x", emailHTML: #"<img src="https://example.org/a.png" alt="">"#)
        #expect(Self.findings(composition, [.email], [Self.person(1, "A", email: "a@example.org")]) == [])
    }

    @Test("A missing provider is a warning and does not block sending")
    func noProvider() {
        let ada = Self.person(1, "Ada", email: "ada@example.org")
        let found = Self.findings(mail, [.email], [ada], readiness: [:])
        #expect(found.map(\.kind) == [.noProvider(.email)])
        #expect(found.map(\.severity) == [.warning])
        let sandbox = ChannelReadiness(deliveryChannel: .email, state: .sandbox, providerName: "Sandbox")
        #expect(Self.findings(mail, [.email], [ada], readiness: [.email: sandbox]).map(\.severity) == [.info])
    }

    @Test("Segments are counted after merging")
    func segments() {
        let text = Composition(smsText: String(repeating: "a", count: 156) + "{{first_name}}")
        let people = [
            Self.person(1, "Ada", mobile: "+27821234567"), Self.person(2, "Augusta", mobile: "+27821234568"),
        ]
        let found = Self.findings(text, [.sms], people)
        #expect(found.map(\.title) == ["Each SMS has 1 to 2 segments"])
    }

    @Test("Findings are independent of the chunk size")
    func chunks() {
        let people = (1...9).map {
            Self.person(Int64($0), $0.isMultiple(of: 2) ? "" : "A", email: "p\($0 % 4)@example.org")
        }
        let whole = Self.findings(mail, [.email], people, chunk: 100)
        #expect((1...9).allSatisfy { Self.findings(mail, [.email], people, chunk: $0) == whole })
        #expect(!whole.isEmpty)
    }

    @Test("Beyond the limit the check stops and says so")
    func limit() {
        var asked = 0
        let found = Preflight.run(
            composition: Composition(smsText: "Hello"), deliveryChannels: [.sms], readiness: Self.ready
        ) { cursor in
            asked += 1
            return (1...5000).map { Self.person(cursor + Int64($0), "A", mobile: "+27821234567") }
        }
        #expect(asked == Preflight.receiverLimit / 5000 + 1)
        #expect(found.last?.kind == .notExamined)
    }
}
