import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Draft autosave")
struct AutosaveTests {
    let fixture: SiteFixture
    let id: Int64

    init() throws {
        fixture = try SiteFixture.signedIn(as: "operator")
        id = try fixture.store.createDraft(
            name: "", deliveryChannels: [.email, .sms], composition: Composition(smsText: "old"), by: nil,
            at: fixture.now
        )
    }

    private func save(_ json: String, token: String? = nil) -> Response {
        let headers = Headers([("X-CSRF-Token", token ?? fixture.csrf), ("Accept", "application/json")])
        return fixture.send(Request(.post, "/app/communications/compose/\(id)/autosave", json: json, headers: headers))
    }

    @Test("Submitted fields are stored, others kept, and the new version returned")
    func saves() throws {
        let answer = save(
            #"{"version":"1","name":"Spring","email_subject":"Hi","email_html":"<p>x</p>","email_project":"{}"}"#)
        #expect(answer.status == 200)
        #expect(answer.text == #"{"version":"2","saved_at":"2026-11-21T12:00:00.000Z","errors":[]}"#)
        let draft = try #require(try fixture.store.broadcast(id))
        #expect(draft.name == "Spring")
        #expect(draft.composition.emailProject == "{}")
        #expect(draft.composition.smsText == "old")
    }

    @Test("An incomplete text is saved with advice")
    func advice() throws {
        let answer = save(#"{"version":"1","sms_text":"{{#a}}"}"#)
        #expect(answer.status == 200)
        #expect(
            answer.text.contains(
                #""errors":[{"field":"sms_text","message":"Line 1: The section {{#a}} is never closed."#))
        #expect(try fixture.store.broadcast(id)?.composition.smsText == "{{#a}}")
    }

    @Test("An outdated version stores nothing and reports when and by whom the other was saved")
    func conflict() throws {
        _ = save(#"{"version":"1","sms_text":"theirs"}"#)
        let answer = save(#"{"version":"1","sms_text":"mine"}"#)
        #expect(answer.status == 409)
        #expect(answer.text == #"{"version":"2","saved_at":"2026-11-21T12:00:00.000Z","saved_by":"Ada Lovelace"}"#)
        #expect(try fixture.store.broadcast(id)?.composition.smsText == "theirs")
    }

    @Test("Saving the same text again writes nothing")
    func unchanged() throws {
        #expect(save(#"{"version":"1","sms_text":"old"}"#).text.contains(#""version":"1""#))
        #expect(try fixture.store.broadcast(id)?.version == 1)
    }

    @Test("A sent draft is locked")
    func locked() throws {
        try fixture.store.addReceivers([Receiver(mobile: "+27821234567", origin: .manual)], to: id, at: fixture.now)
        try fixture.store.publish(
            id, version: nil, receivers: nil, contents: [Content(deliveryChannel: .sms, text: "x")], sendAt: nil,
            by: nil,
            at: fixture.now)
        let answer = save(#"{"version":"1","sms_text":"mine"}"#)
        #expect(answer.status == 409)
        #expect(answer.text == #"{"locked":true}"#)
    }

    @Test(
        "An invalid body is rejected and changes nothing",
        arguments: [
            ("{", 400), ("[]", 400), (#"{"sms_text":"x"}"#, 400), (#"{"version":"1","version":"2"}"#, 400),
            (#"{"version":"1","sms_text":5}"#, 422), (#"{"version":"1","smstext":"x"}"#, 422),
        ])
    func hostile(_ json: String, _ status: Int) throws {
        let answer = save(json)
        #expect(answer.status == status)
        #expect(answer.headers["Content-Type"] == "application/problem+json")
        #expect(try fixture.store.broadcast(id)?.version == 1)
    }

    @Test("A missing or foreign token is rejected with a JSON response")
    func forged() throws {
        let answer = save(#"{"version":"1","sms_text":"x"}"#, token: "nope")
        #expect(answer.status == 403)
        #expect(answer.headers["Content-Type"] == "application/problem+json")
        #expect(try fixture.store.broadcast(id)?.version == 1)
    }

    @Test("A text larger than any message is answered 413")
    func tooLarge() throws {
        let text = String(repeating: "a", count: ContentLimits.email + 1)
        #expect(save(#"{"version":"1","email_html":"\#(text)"}"#).status == 413)
        #expect(try fixture.store.broadcast(id)?.version == 1)
    }

    @Test("A line break in the subject becomes a space")
    func lineEnd() throws {
        _ = save(#"{"version":"1","email_subject":"a\r\nBcc: b"}"#)
        #expect(try fixture.store.broadcast(id)?.composition.emailSubject == "a  Bcc: b")
    }
}
