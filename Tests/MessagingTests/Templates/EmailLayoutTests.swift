import Messaging
import Testing

@Suite("Email layout")
struct EmailLayoutTests {
    @Test(
        "The content slot must occur exactly once, in text",
        arguments: [
            ("<p>{{content}}</p>", nil), ("{{ content }}", nil), ("{{{content}}}", nil), ("{{&content}}", nil),
            ("<p>Hi</p>", .missing), ("{{contents}}", .missing), ("<a href=\"{{content}}\">x</a>", .misplaced),
            ("<!-- {{content}} -->", .misplaced), ("<style>{{content}}</style>", .misplaced),
            ("{{content}} {{content}}", .repeated),
        ] as [(String, ContentSlot.Problem?)])
    func slot(_ html: String, _ expected: ContentSlot.Problem?) {
        #expect(ContentSlot.problem(in: html) == expected)
    }

    @Test("Header, body, content and footer are joined unchanged, with style sheets first")
    func joined() {
        let layout = EmailLayout(
            wrapper: EmailWrapperDraft(
                headerHTML: "<h1>Logo</h1>", footerHTML: "<p>Bye {{member.first_name}}</p>",
                html: "<style>b{}</style><div>{{content}}</div>",
                colours: WrapperColours(backgrounds: [.header: "#112233"], texts: [.content: "#445566"])),
            mailTemplate: MailTemplateDraft(headerHTML: "<i>Top</i>", footerHTML: "<i>End</i>"))
        let html = layout.around("<style>a{}</style><p>{{content}} Hello</p>")
        #expect(html.hasPrefix("<style>b{}</style>\n<style>a{}</style>\n<table"))
        #expect(html.contains("<td style=\"padding:0;background-color:#112233\">\n<h1>Logo</h1>"))
        #expect(
            html.contains(
                "<div><div style=\"color:#445566\">\n<i>Top</i>\n<p>{{content}} Hello</p>\n<i>End</i>\n</div></div>"))
        #expect(html.contains("<p>Bye {{member.first_name}}</p>"))
    }

    @Test("Empty content stays empty, and a complete document is not wrapped")
    func untouched() {
        let layout = EmailLayout(wrapper: EmailWrapperDraft(html: "<div>{{content}}</div>"))
        #expect(layout.around("  \n") == "  \n")
        #expect(layout.around("<!DOCTYPE html><p>x</p>") == "<!DOCTYPE html><p>x</p>")
        #expect(EmailLayout.none.around("<p>x</p>") == "<p>x</p>")
    }

    @Test("Colours are hexadecimal or absent", arguments: [("#FFF", "#ffffff"), ("#1D4ed8", "#1d4ed8")])
    func colours(_ text: String, _ expected: String) {
        #expect(WrapperColours.normalised(text) == expected)
        for bad in ["red", "#12", "#12345g", "url(x)", "#fff;position:fixed", ""] {
            #expect(WrapperColours.normalised(bad) == nil)
        }
    }

    @Test("Used and declared variables are compared")
    func variables() {
        var draft = MessageTemplateDraft(name: "n", variables: ["first_name", "unused"])
        draft.email = .init(subject: "Hi {{first_name}}", html: "<p>{{account.balance}}</p>")
        draft.sms.text = "{{first_name}}"
        let variables = TemplateVariables(of: draft)
        #expect(variables.found == ["first_name", "account.balance"])
        #expect(variables.undeclared == ["account.balance"])
        #expect(variables.unused == ["unused"])
        #expect(draft.deliveryChannels == [.email, .sms])
        #expect(TemplateVariables.names(in: "{{a}}, b.c\n a") == ["a", "b.c"])
    }

    @Test("Samples have a value for every variable")
    func samples() throws {
        let content = Content(
            deliveryChannel: .sms, text: "{{member.first_name}} {{#account}}{{balance}}{{/account}} {{odd_one}}")
        let renderer = try ContentRenderer(content)
        let values = SampleValues.values(for: renderer.paths)
        #expect(try renderer.render(values).text == "Ada 125.00 odd one")
        #expect(try renderer.missing(in: values).isEmpty)
    }

    @Test("Validation errors name the field")
    func problems() {
        var draft = MessageTemplateDraft(name: " ", variables: ["not a valid name"])
        draft.email.html = "<p>{{#open}}</p>"
        draft.push.title = "Only a title"
        draft.inApp = .init(title: "t", body: "b", actionURL: "javascript:alert(1)")
        #expect(
            draft.problems.map(\.field).sorted() == [
                "email_html", "email_subject", "in_app_action_url", "name", "push_body", "variables",
            ])
        #expect(MessageTemplateDraft(name: "n").problems.map(\.field) == ["content"])
        #expect(EmailWrapperDraft(name: "n", html: "<p>x</p>").problems.map(\.field) == ["html"])
        #expect(EmailWrapperDraft(name: "n").problems.isEmpty)
    }
}
