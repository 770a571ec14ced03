import Messaging
import Storage

/// Wrapper, message templates and channels of the demo company.
extension DemoCompany {
    static func addTemplates(to store: Store, at now: Timestamp) throws {
        let wrapper = try store.createWrapper(brand, by: nil, at: now)
        var renewal = MessageTemplateDraft(name: "Membership renewal", priority: .high)
        renewal.variables = ["member.first_name", "account.balance", "location.name"]
        renewal.email = .init(
            subject: "Your membership, {{member.first_name}}",
            html: """
                <h1>Another season, {{member.first_name}}?</h1>
                <p>Your membership is due. The balance on your account is <strong>{{account.balance}}</strong>.</p>
                <p>Pay it before the end of the month and your locker at {{location.name}} stays yours.</p>
                """, wrapper: .wrapper(wrapper))
        renewal.sms = .init(
            text: "Hi {{member.first_name}}, your membership is due: {{account.balance}}. Harbour Rowing Club")
        var regatta = MessageTemplateDraft(name: "Regatta reminder")
        regatta.variables = ["member.first_name", "location.name"]
        regatta.email = .init(
            subject: "Saturday at eight",
            html: """
                <h1>See you on Saturday</h1>
                <p>Ahoy {{member.first_name}}, the boats leave {{location.name}} at 08:00. Bring water and a hat.</p>
                """)
        regatta.sms = .init(text: "Regatta on Saturday, 08:00 from {{location.name}}. Bring water.")
        regatta.whatsapp = .init(text: "Ahoy {{member.first_name}}! Saturday, 08:00, {{location.name}}. Bring water.")
        regatta.push = .init(title: "Saturday at eight", body: "The boats leave {{location.name}} at 08:00.")
        regatta.inApp = .init(
            title: "Regatta on Saturday",
            body: "Ahoy {{member.first_name}}, the boats leave {{location.name}} at 08:00.")
        var storm = MessageTemplateDraft(name: "Storm warning", priority: .urgent)
        storm.variables = ["location.name"]
        storm.sms = .init(text: "Storm coming: {{location.name}} is closed today. Please stay off the water.")
        for draft in [renewal, storm, regatta] { _ = try store.createTemplate(draft, by: nil, at: now) }
    }

    static func addChannels(to store: Store, at now: Timestamp) throws {
        let newsletter = try store.createChannel(
            name: "Newsletter", description: "People who subscribed to the monthly letter.", at: now)
        let youth = try store.createChannel(
            name: "Youth squad", description: "Under eighteen, and their parents.", at: now)
        for (channel, numbers) in [(newsletter, 1...18), (youth, 15...22)] {
            for number in numbers {
                guard let member = try store.entity(kind: .member, externalID: "m-\(number)") else { continue }
                _ = try store.addSubscriber(Subscriber(entity: member.reference), to: channel, at: now)
            }
        }
        let friend = Subscriber(firstName: "Mina", lastName: "Harker", email: "mina@friends.example")
        _ = try store.addSubscriber(friend, to: newsletter, at: now)
    }

    /// Fluid width, so that it fits phones, where mail is usually read.
    private static let brand = EmailWrapperDraft(
        name: "Harbour Rowing Club",
        headerHTML: "<p style=\"margin:0;padding:16px 24px;font-weight:bold\">Harbour Rowing Club</p>",
        footerHTML: "<p style=\"margin:0;padding:16px 24px;font-size:12px\">Harbour Rowing Club, Old Harbour 1</p>",
        html: """
            <div style="max-width:600px;margin:0 auto;padding:24px;font-family:Helvetica,Arial,sans-serif;line-height:1.5">
            {{content}}
            </div>
            """,
        colours: WrapperColours(
            backgrounds: [.header: "#123b63", .body: "#ffffff", .footer: "#eef2f6"],
            texts: [.header: "#ffffff", .footer: "#44525f"]), isDefault: true)
}
