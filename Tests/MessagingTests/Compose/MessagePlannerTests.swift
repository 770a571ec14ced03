import Foundation
import Messaging
import Testing

@Suite("Message planner")
struct MessagePlannerTests {
    static func broadcast(_ contents: [Content]) -> DueBroadcast {
        var due = DueBroadcast(id: 9, cursor: 0, contents: [:], receiverCount: 1)
        for (index, content) in contents.enumerated() {
            due.contents[content.deliveryChannel] = (Int64(index + 1), content)
        }
        return due
    }

    static func ada(email: String = "Ada@Example.ORG", mobile: String = "+27 82 123 4567") -> FanOutReceiver {
        FanOutReceiver(
            receiver: Receiver(
                id: 5, firstName: "Ada", lastName: "Lovelace", email: email, mobile: mobile, origin: .manual))
    }

    let mail = Content(
        deliveryChannel: .email, subject: "Hi {{first_name}}", html: "<p>{{last_name}}</p>", text: "{{last_name}}")
    let sms = Content(deliveryChannel: .sms, text: "Hi {{member.first_name}},\nyour code")

    @Test("Each receiver gets one message per delivery channel, to the normalised address")
    func plan() {
        let messages = MessagePlanner.plan([Self.ada()], of: Self.broadcast([mail, sms]))
        #expect(messages.map(\.deliveryChannel) == [.email, .sms])
        #expect(
            messages.map(\.address) == [
                Address(kind: .email, value: "ada@example.org"), Address(kind: .mobile, value: "+27821234567"),
            ])
        #expect(messages.map(\.contentID) == [1, 2])
        #expect(messages.map(\.skip) == [nil, nil])
        #expect(messages.map(\.recipientName) == ["Ada Lovelace", "Ada Lovelace"])
    }

    @Test("The summary is merged: a mail's subject, or the start of a text on one line")
    func summary() {
        let messages = MessagePlanner.plan([Self.ada()], of: Self.broadcast([mail, sms]))
        #expect(messages.map(\.summary) == ["Hi Ada", "Hi Ada, your code"])
        let long = Content(deliveryChannel: .sms, text: String(repeating: "é", count: 500))
        let line = MessagePlanner.plan([Self.ada()], of: Self.broadcast([long]))[0].summary
        #expect(line.count == 200)
        #expect(line.hasSuffix("…"))
    }

    @Test("A message stores only the values its content uses")
    func pruned() {
        let messages = MessagePlanner.plan([Self.ada()], of: Self.broadcast([mail, sms]))
        #expect(messages[0].merge.json == #"{"first_name":"Ada","last_name":"Lovelace"}"#)
        #expect(messages[1].merge.json == #"{"member":{"first_name":"Ada"}}"#)
    }

    @Test("A receiver with a missing or invalid address is skipped with the reason")
    func skipped() {
        let messages = MessagePlanner.plan([Self.ada(email: "", mobile: "12")], of: Self.broadcast([mail, sms]))
        #expect(messages.map(\.skip) == ["no email address", "not a valid number: 12"])
        #expect(messages.map(\.address) == [nil, nil])
    }

    @Test("Push goes to the device and in-app to the record; without them both are skipped with the reason")
    func devicesAndRecords() {
        let push = Content(deliveryChannel: .push, subject: "Hi {{first_name}}", text: "New hours")
        let inApp = Content(deliveryChannel: .inApp, text: "New hours")
        var ada = Self.ada()
        let nobody = MessagePlanner.plan([ada], of: Self.broadcast([push, inApp]))
        #expect(nobody.map(\.skip) == ["no device is registered", "not linked to a record"])
        #expect(nobody.map(\.address) == [nil, nil])
        ada.receiver.entity = EntityReference(id: 3, kind: .member, externalID: "m-1", name: "Ada")
        ada.receiver.device = "fcm:1"
        let reached = MessagePlanner.plan([ada], of: Self.broadcast([push, inApp]))
        #expect(reached.map(\.skip) == [nil, nil])
        #expect(
            reached.map(\.address) == [
                Address(kind: .device, value: "fcm:1"), Address(kind: .entity, value: "member:m-1"),
            ])
        #expect(reached.map(\.summary) == ["Hi Ada", "New hours"])
    }

    @Test("A transaction is shown to its member, else its account, else nobody")
    func transactionReader() {
        let inApp = Content(deliveryChannel: .inApp, text: "Paid")
        let transaction = Entity(id: 9, kind: .transaction, externalID: "t-1")
        let member = Entity(id: 3, kind: .member, externalID: "m-1")
        let account = Entity(id: 4, kind: .account, externalID: "a-1")
        func address(_ member: Entity?, _ account: Entity?) -> PlannedMessage {
            let receiver = Receiver(of: transaction, member: member, account: account, origin: .search)
            return MessagePlanner.plan([FanOutReceiver(receiver: receiver)], of: Self.broadcast([inApp]))[0]
        }
        #expect(address(member, account).address?.value == "member:m-1")
        #expect(address(nil, account).address?.value == "account:a-1")
        #expect(address(nil, nil).skip == "not linked to a record")
        #expect(address(member, nil).entityID == 9)
    }

    @Test("A line break in a name does not reach the subject")
    func headerInjection() throws {
        var ada = Self.ada()
        ada.receiver.firstName = "Ada\r\nBcc: eve@example.org"
        let message = MessagePlanner.plan([ada], of: Self.broadcast([mail]))[0]
        #expect(message.summary == "Hi Ada Bcc: eve@example.org")
        let rendered = try ContentRenderer(mail).render(message.merge)
        #expect(rendered.subject == "Hi Ada Bcc: eve@example.org")
    }

    @Test("Planning the same chunk twice gives the same plan")
    func repeatable() {
        let due = Self.broadcast([mail, sms])
        let chunk = [Self.ada(), Self.ada(email: "")]
        #expect(MessagePlanner.plan(chunk, of: due).map(\.merge) == MessagePlanner(due).plan(chunk).map(\.merge))
        #expect(MessagePlanner.plan(chunk, of: due).map(\.skip) == MessagePlanner(due).plan(chunk).map(\.skip))
    }

    @Test("Rendering with pruned values gives the same message")
    func pruningKeepsTheMessage() throws {
        let content = Content(
            deliveryChannel: .email, subject: "{{first_name}}", html: "{{#member}}<b>{{last_name}}</b>{{/member}}",
            text: "{{^account}}none{{/account}}")
        let renderer = try ContentRenderer(content)
        let values = MergeContext.values(for: Self.ada())
        #expect(try renderer.render(values) == renderer.render(values.pruned(to: renderer.paths)))
    }

    @Test("An invalid content names the text, and a mail's error is reported once")
    func problems() {
        #expect(throws: ContentProblems.self) {
            try ContentRenderer(Content(deliveryChannel: .email, subject: "{{", html: "{{#a}}", text: "{{#a}}"))
        }
        do {
            _ = try ContentRenderer(Content(deliveryChannel: .email, subject: "{{", html: "{{#a}}", text: "{{#a}}"))
        } catch {
            #expect(Set(error.problems.keys) == [.subject, .html])
        }
    }
}

@Suite("Email document")
struct EmailDocumentTests {
    @Test("A fragment is wrapped in a document, with its leading style sheets in the head")
    func fragment() {
        let page = EmailDocument.around("\n<style>a{}</style> <STYLE>b{}</STYLE><table><tr><td>x</td></tr></table>")
        let head = page.range(of: "</head>")
        #expect(page.hasPrefix("<!DOCTYPE html>"))
        #expect(head != nil)
        if let head {
            #expect(page[..<head.lowerBound].contains("<style>a{}</style>\n<STYLE>b{}</STYLE>"))
            #expect(page[head.upperBound...].contains("<table><tr><td>x</td></tr></table>"))
            #expect(!page[head.upperBound...].lowercased().contains("<style"))
        }
    }

    @Test(
        "Documents and empty texts are unchanged, and an unclosed style sheet stays in place",
        arguments: [
            ("<!doctype html><p>x", "<!doctype html><p>x"), ("  <HTML><p>x", "  <HTML><p>x"), (" \n", ""),
        ])
    func unchanged(_ html: String, _ expected: String) {
        #expect(EmailDocument.around(html) == expected)
    }

    @Test("A style sheet that never ends is not treated as one")
    func openStyle() {
        #expect(EmailDocument.around("<style>a{}").contains("<body>\n<style>a{}"))
    }
}
