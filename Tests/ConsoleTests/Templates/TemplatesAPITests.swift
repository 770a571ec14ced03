import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("/api/v1/templates, wrappers and mail-templates")
struct TemplatesAPITests {
    private static let renewal =
        #"{"name":"Renewal","priority":"high","active":true,"email":{"subject":"Hi {{first_name}}","html":"<p>Pay {{amount}}</p>"},"sms":{"text":"Hi"}}"#

    @Test("A wrapper without its slot is answered 422; a default one is applied unless disabled")
    func wrapper() throws {
        let api = try APIFixture()
        #expect(api.send(.post, "/api/v1/wrappers", #"{"name":"B","html":"<p>x</p>"}"#).fields == ["html"])
        let made = api.send(
            .post, "/api/v1/wrappers", #"{"name":"B","html":"<div id=\"shell\">{{content}}</div>","default":true}"#)
        #expect(made.status == 201)
        #expect(made.json["default"] == true)
        let id = try #require(made.json["id"]?.string)
        func html(_ more: String) -> String {
            let sent = api.post(
                #"{"delivery_channel":"email","to":{"email":"ada@example.org"},"subject":"s","html":"<p>h</p>"\#(more)}"#
            )
            #expect(sent.status == 202, "\(sent.text)")
            return sent.json["content"]?["html"]?.string ?? ""
        }
        #expect(html("").contains("id=\"shell\""))
        #expect(!html(#","wrapper":"none""#).contains("id=\"shell\""))
        #expect(html(#","wrapper":"\#(id)""#).contains("id=\"shell\""))
        let unknown = api.post(
            #"{"delivery_channel":"email","to":{"email":"a@example.org"},"subject":"s","html":"h","wrapper":"99"}"#)
        #expect(unknown.fields == ["wrapper"])
    }

    @Test("A template is created, read, changed with its version, sent from and deleted")
    func template() throws {
        let api = try APIFixture()
        let made = api.send(.post, "/api/v1/templates", Self.renewal)
        #expect(made.status == 201, "\(made.text)")
        let (id, path) = (try #require(made.json["id"]?.string), try #require(made.location))
        #expect(made.json["delivery_channels"] == ["email", "sms"])
        #expect(made.json["found_variables"] == ["first_name", "amount"])
        let sent = api.post(
            #"{"delivery_channel":"email","to":{"email":"ada@example.org","name":"Ada"},"template":"\#(id)","variables":{"amount":"5"}}"#
        )
        #expect(sent.status == 202, "\(sent.text)")
        #expect(sent.json["subject"] == "Hi Ada")
        let gap = api.post(
            #"{"delivery_channel":"email","to":{"email":"ada@example.org","name":"Ada"},"template":"\#(id)"}"#)
        #expect(gap.fields == ["variables.amount"])
        let whatsapp = #"{"delivery_channel":"whatsapp","to":{"mobile":"+27821234567"},"template":"\#(id)"}"#
        #expect(api.post(whatsapp).fields == ["template"])
        #expect(api.send(.patch, path, #"{"version":1,"active":false,"sms":null}"#).json["sms"] == JSONValue.null)
        #expect(api.send(.patch, path, #"{"version":1,"name":"x"}"#).status == 409)
        let inactive = #"{"delivery_channel":"email","to":{"email":"a@example.org"},"template":"\#(id)"}"#
        #expect(api.post(inactive).fields == ["template"])
        #expect(api.call(.get, "/api/v1/templates?active=true").json["items"] == [])
        #expect(api.call(.delete, path).status == 204)
        #expect(api.call(.get, path).status == 404)
    }

    @Test("Every invalid field is named")
    func invalid() throws {
        let api = try APIFixture()
        #expect(
            api.send(
                .post, "/api/v1/templates",
                #"{"name":"","priority":"soon","wrapper_id":"99","email":{"subject":"{{#x}}","html":"h","oops":1},"variables":["a b"]}"#
            ).fields == ["email.oops", "email.subject", "name", "priority", "variables", "wrapper_id"])
        #expect(api.send(.post, "/api/v1/mail-templates", #"{"name":"x"}"#).fields == ["header_html"])
        let mail = api.send(.post, "/api/v1/mail-templates", #"{"name":"x","footer_html":"<p>Bye</p>"}"#)
        #expect(mail.status == 201)
        #expect(api.call(.delete, try #require(mail.location)).status == 204)
    }
}
