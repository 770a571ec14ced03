import Console
import Messaging
import Storage

/// Demo data: Harbour Rowing Club, a small company that uses the sandbox instead of real providers.
enum DemoCompany {
    static let owner = "demo@example.org"

    /// Does nothing if the store already has users.
    static func fill(_ store: Store, at now: Timestamp) throws {
        guard try !store.hasUsers() else { return }
        try addPeople(to: store, at: now)
        try addProviders(to: store, at: now)
        try addTemplates(to: store, at: now)
        try addChannels(to: store, at: now)
        // The password is random and unknown; users sign in through the printed link.
        let user = try store.createUser(
            email: owner, name: "Demo Owner", roleName: "owner", passwordHash: Passwords.hash(Secrets.randomToken()),
            timeZone: "Africa/Johannesburg", at: now)
        try addMessages(to: store, by: user, at: now)
    }

    private static func addProviders(to store: Store, at now: Timestamp) throws {
        let names: [(DeliveryChannel, String)] = [
            (.email, "Sandbox mail"), (.sms, "Sandbox SMS"), (.whatsapp, "Sandbox WhatsApp"),
            (.push, "Sandbox push"),
        ]
        for (channel, name) in names {
            _ = try store.createProvider(
                ProviderDraft(
                    deliveryChannel: channel, kind: "sandbox", name: name, isDefault: true,
                    settings: ProviderSettings([
                        "from_address": "hello@harbour.example", "from_name": "Harbour Rowing Club",
                    ]),
                    secretNames: []), at: now)
        }
        _ = try store.createProvider(
            ProviderDraft(
                deliveryChannel: .inApp, kind: "in_app", name: "Member portal", isDefault: true,
                settings: ProviderSettings(), secretNames: []), at: now)
    }

    private static func addPeople(to store: Store, at now: Timestamp) throws {
        var locations: [Int64] = []
        for (index, name) in ["Old Harbour", "Lake House", "River Mouth"].enumerated() {
            locations.append(
                try store.upsert(
                    Entity(
                        kind: .location, externalID: "l-\(index + 1)", name: name,
                        email: "\(name.lowercased().replacing(" ", with: "."))@harbour.example",
                        timeZone: "Africa/Johannesburg",
                        attributes: MergeValues(["boats": .number(String(12 - index * 3))])), at: now))
        }
        for (index, person) in members.enumerated() {
            let number = index + 1
            let account = try store.upsert(
                Entity(
                    kind: .account, externalID: "a-\(number)", name: "\(person.first) \(person.last)",
                    email: person.email,
                    attributes: MergeValues(["balance": .string("\((number * 37) % 240).50")])), at: now)
            let member = try store.upsert(
                Entity(
                    kind: .member, externalID: "m-\(number)", firstName: person.first, lastName: person.last,
                    email: person.email, mobile: person.mobile, timeZone: "Africa/Johannesburg",
                    language: person.language,
                    attributes: MergeValues([
                        "tier": .string(["gold", "silver", "bronze"][index % 3]),
                        "joined": .string(String(2016 + index % 10)),
                    ]), accountID: account, locationID: locations[index % locations.count]), at: now)
            if index < 12 {
                let platform = DevicePlatform.allCases[index % 3]
                _ = try store.register(
                    Device(
                        token: "demo-\(platform.rawValue)-\(number)", platform: platform,
                        name: "\(person.first)'s \(platform == .web ? "browser" : "phone")", registeredAt: now,
                        lastSeenAt: now), of: member, at: now)
            }
            guard index % 3 == 0 else { continue }
            _ = try store.upsert(
                Entity(
                    kind: .transaction, externalID: "t-\(number)", name: "Membership \(2026)",
                    attributes: MergeValues([
                        "amount": .string("\(450 + index * 10).00"), "reference": .string("HRC-\(1000 + number)"),
                    ]), memberID: member, accountID: account), at: now)
        }
    }

    /// Queues a few messages, so that the send log is not empty at first. The sandbox delivers them through the normal
    /// outbox.
    private static func addMessages(to store: Store, by user: Int64, at now: Timestamp) throws {
        let welcome = Composition(
            emailSubject: "Welcome aboard, {{member.first_name}}",
            emailHTML: """
                <h1>Welcome aboard, {{member.first_name}}</h1>
                <p>Your home is <strong>{{location.name}}</strong>. The boats are out from six every morning; the coffee \
                is on from half past five.</p><p>See you on the water,<br>Harbour Rowing Club</p>
                """,
            smsText:
                "Hi {{member.first_name}}, the regatta is on Saturday at 08:00 from {{location.name}}. Bring water.",
            whatsappText: "Ahoy {{member.first_name}}! Your new locker at {{location.name}} is ready.")
        let plan: [(String, DeliveryChannel)] = [
            ("m-1", .email), ("m-2", .email), ("m-3", .sms), ("m-4", .whatsapp), ("m-5", .email), ("m-6", .sms),
        ]
        for (externalID, channel) in plan {
            guard let member = try store.entity(kind: .member, externalID: externalID) else { continue }
            _ = try store.accept(
                SingleMessage(
                    origin: .direct, content: welcome.content(for: channel),
                    receiver: Receiver(
                        firstName: member.firstName, lastName: member.lastName, email: member.email,
                        mobile: member.mobile, origin: .search, entity: member.reference),
                    sentBy: user), at: now)
        }
    }

    private struct Person {
        var first: String
        var last: String
        var email: String
        var mobile: String
        var language = "en"
    }

    private static let members: [Person] = {
        let names = [
            "Ada Lovelace", "Grace Hopper", "Katherine Johnson", "Edsger Dijkstra", "Barbara Liskov", "Alan Turing",
            "Margaret Hamilton", "Donald Knuth", "Radia Perlman", "Niklaus Wirth", "Frances Allen", "Tony Hoare",
            "Mary Shaw", "Ken Thompson", "Hedy Lamarr", "Claude Shannon", "Annie Easley", "Dennis Ritchie",
            "Shafi Goldwasser", "John Backus", "Thandi Nkosi", "Sipho Dlamini", "Zoë Müller", "José García",
            "Łukasz Nowak", "Åsa Lindström", "Nguyễn An", "Olga Petrova", "Yuki Tanaka", "Fatima El-Amin",
            "Chiara Rossi", "Kwame Mensah", "Priya Raman", "Mehmet Yılmaz", "Siobhán Byrne", "Noor Haddad",
        ]
        return names.enumerated().map { index, name in
            let parts = name.split(separator: " ", maxSplits: 1).map(String.init)
            // One contact without a mobile and one without an address, so that the preflight reports something.
            let mobile = index == 9 ? "" : "+27821234" + String(500 + index)
            let email = index == 13 ? "" : "\(mailbox(parts[0])).\(mailbox(parts[1]))@members.example"
            return Person(first: parts[0], last: parts[1], email: email, mobile: mobile)
        }
    }()

    private static func mailbox(_ name: String) -> String {
        let plain: [Character: String] = [
            "ë": "e", "ü": "u", "é": "e", "í": "i", "ł": "l", "å": "a", "ö": "o", "ễ": "e", "ı": "i", "á": "a",
        ]
        return name.lowercased().compactMap { character in
            plain[character] ?? (character.isASCII && character.isLetter ? String(character) : nil)
        }.joined()
    }
}
