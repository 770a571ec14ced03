import Messaging
import Testing

struct PlainTextTests {
    @Test("Elements are converted as documented", arguments: cases)
    func table(html: String, text: String) {
        #expect(PlainText.from(html: html) == text)
    }

    @Test("A complete mail is readable, and its text is still a template")
    func mail() throws {
        let html = """
            <!DOCTYPE html><html><head><title>Offer</title><style>p{color:red}</style></head><body>
            <div style="display:none;max-height:0">Preview line</div>
            <!--[if mso]><p>Outlook</p><![endif]-->
            <table width="600"><tr><td><img src="logo.png" alt="Acme"></td></tr>
            <tr><td><h1>Hello {{member.first_name}}!</h1>
              <p>Your balance is&nbsp;<b>R&#160;{{account.balance}}</b>.<br>Pay by <i>Friday</i>.</p>
              {{#account.overdue}}<p>It is overdue.</p>{{/account.overdue}}
              <ul><li>One</li><li>Two<ul><li>Deeper</li></ul></li></ul>
              <a href="{{link}}">Pay now</a>
            </td></tr>
            <tr><td>Pen</td><td>2</td><td>R 20</td></tr><tr><td>Ink</td><td>1</td><td>R 5</td></tr></table>
            <p>&copy; Acme, <a href="https://acme.example/">acme.example</a></p></body></html>
            """
        let text = """
            Acme

            Hello {{member.first_name}}!

            Your balance is R {{account.balance}}.
            Pay by Friday.

            {{#account.overdue}}

            It is overdue.

            {{/account.overdue}}

            - One
            - Two
              - Deeper

            Pay now ({{link}})
            Pen  2  R 20
            Ink  1  R 5

            © Acme, acme.example
            """
        #expect(PlainText.from(html: html) == text)
        let template = try MergeTemplate(PlainText.from(html: html), as: .text)
        #expect(template.slots == ["member.first_name", "account.balance", "link"])
    }
}

private let cases: [(String, String)] = [
    ("", ""), ("  plain   text\n here ", "plain text here"), ("<p>a</p><p>b</p>", "a\n\nb"), ("<h1>a</h1>b", "a\n\nb"),
    ("a<br>b<br/><br>c<br><br><br><br>d", "a\nb\n\nc\n\nd"), ("<div>a</div><div>b</div>", "a\nb"),
    ("a<hr>b", "a\n----------\nb"),
    ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"), ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b"),
    ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\n  - b\n2. c"),
    ("<ul><li><p>a</p></li><li></li></ul>", "- a"),
    (#"<a href="https://example.com/x">Read</a> on"#, "Read (https://example.com/x) on"),
    (#"<a href="https://example.com/">https://example.com</a>"#, "https://example.com"),
    (#"<a href="mailto:ada@example.com">ada@example.com</a>"#, "ada@example.com"), (##"<a href="#top">Up</a>"##, "Up"),
    ("<a>x</a>", "x"),
    (#"<a href="https://example.com/"><img src=x></a>"#, "https://example.com/"),
    (#"<a href="https://example.com/"><img src=x alt=Logo></a>"#, "Logo (https://example.com/)"),
    (#"<a href="a">x<a href="b">y</a>"#, "x (a)y (b)"), (#"<a href="a&amp;b">x"#, "x (a&b)"),
    ("<img src=x alt=\"A &amp; B\"> and <img src=y>", "A & B and"),
    ("<table><tr><th>Item</th><th>Price</th></tr><tr><td>Pen</td><td>2</td></tr></table>x", "Item  Price\nPen  2\nx"),
    ("<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>", "a\n\nb"),
    ("&lt;b&gt; &eacute;&euro;&hellip; &#8364;&#x20AC;&#128; &bogus; &amp", "<b> é€… €€€ &bogus; &amp"),
    ("<style>x</style><script>y</script><title>t</title><!-- c -->z", "z"),
    ("<p hidden>a</p><p style='DISPLAY : none'>b</p>c", "c"),
    ("<pre>a\n  b</pre>c", "a\n  b\n\nc"), ("a&shy;b\u{200B}c", "abc"), ("👩‍👩‍👧", "👩‍👩‍👧"),
    ("{{#a}}x{{/a}} {{&quot;b&quot;}}", "{{#a}}x{{/a}} {{\"b\"}}"),
    ("1 < 2 <b", "1 < 2"),
]
