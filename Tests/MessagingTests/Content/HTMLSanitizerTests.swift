import Testing

@testable import Messaging

struct HTMLSanitizerTests {
    @Test("Attacks are neutralised", arguments: attackCases)
    func attacks(html: String, expected: String) {
        #expect(HTMLSanitizer.clean(html) == expected)
    }

    @Test("Markup used in mail is kept", arguments: keptCases)
    func kept(html: String) {
        #expect(HTMLSanitizer.clean(html) == html)
    }

    @Test("Unusual spelling is normalised", arguments: rewrittenCases)
    func rewritten(html: String, expected: String) {
        #expect(HTMLSanitizer.clean(html) == expected)
    }

    @Test("Harmless styles are kept", arguments: styleCases)
    func styles(css: String, expected: String) {
        #expect(StyleFilter.clean(css) == expected)
        #expect(StyleFilter.clean(expected) == expected)
    }

    @Test("Template tags are kept where a rendered template cannot break the markup", arguments: templateCases)
    func templates(html: String, expected: String) {
        #expect(HTMLSanitizer.clean(html) == expected)
    }

    @Test(
        "A long tag before a scheme hides nothing",
        arguments: ["{{!LONG}}", "{{#a}}LONG{{/a}}", "{{!LONG}}x{{!LONG}}"])
    func longTags(prefix: String) {
        let prefix = prefix.replacing("LONG", with: String(repeating: "a", count: 300))
        #expect(HTMLSanitizer.clean("<a href=\"\(prefix)javascript:alert(1)\">x</a>") == "<a>x</a>")
    }

    @Test("Sanitizing is idempotent for any combination of pieces", arguments: 0..<40)
    func idempotent(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % sides
        }
        for _ in 0..<100 {
            let html = (0..<(1 + roll(14))).map { _ in pieces[roll(pieces.count)] }.joined()
            let once = HTMLSanitizer.clean(html)
            #expect(HTMLSanitizer.clean(once) == once, "\(html.debugDescription)")
            let lower = once.lowercased()
            for danger in ["<script", "<svg", "<iframe", "<!--", "onerror=\"", "href=\"javascript"] {
                #expect(!lower.contains(danger), "\(html.debugDescription)")
            }
        }
    }

    /// A backtracking tokenizer would take minutes here.
    @Test("A hundred kilobytes of any input are read in one pass", arguments: hostileCases)
    func hostile(piece: String) {
        let html = String(repeating: piece, count: 100_000 / piece.utf8.count)
        let cleaned = HTMLSanitizer.clean(html)
        #expect(!cleaned.contains("<!--"))
        #expect(PlainText.from(html: html).utf8.count <= html.utf8.count * 2)
    }
}

private let attackCases: [(String, String)] = [
    ("<script>alert(1)</script>x", "x"), ("<SCRIPT SRC=//evil.example/x.js></SCRIPT >x", "x"),
    ("<script>alert(1)", ""), ("<scr<script>ipt>alert(1)</script>", "ipt>alert(1)"),
    ("<<script>alert(1)//<</script>x", "&lt;x"), ("<script/x>alert(1)</script/y>z", "z"),
    ("<img src=x onerror=alert(1)>", #"<img src="x">"#),
    ("<img/src=x/onerror=alert(1)>", #"<img src="x/onerror=alert(1)">"#),
    ("<img src='x' OnErRoR='alert(1)'>", #"<img src="x">"#), ("<img src=\"x\"onerror=alert(1)>", #"<img src="x">"#),
    (#"<img """><script>alert(1)</script>">"#, #"<img>">"#),
    ("<body onload=alert(1)>x", "<body>x"), ("<div onmouseover\n=\n'alert(1)'>x</div>", "<div>x</div>"),
    ("<a href=javascript:alert(1)>x</a>", "<a>x</a>"), ("<a href='JaVaScRiPt:alert(1)'>x</a>", "<a>x</a>"),
    ("<a href=' &#14; javascript:alert(1)'>x</a>", "<a>x</a>"),
    ("<a href='jav&#x09;ascript:alert(1)'>x</a>", "<a>x</a>"),
    ("<a href='jav\nascript:alert(1)'>x</a>", "<a>x</a>"), ("<a href='java\0script:alert(1)'>x</a>", "<a>x</a>"),
    ("<a href='&#106&#97&#118&#97&#115&#99&#114&#105&#112&#116:x'>x</a>", "<a>x</a>"),
    ("<a href='&#x6A;avascript&#58;alert(1)'>x</a>", "<a>x</a>"), ("<a href='java\u{200B}script:x'>x</a>", "<a>x</a>"),
    ("<a href='javascript&colon;alert(1)'>x</a>", #"<a href="javascript&amp;colon;alert(1)">x</a>"#),
    ("<a href='vbscript:msgbox(1)'>x</a>", "<a>x</a>"),
    ("<a href='data:text/html,<script>1</script>'>x</a>", "<a>x</a>"),
    ("<a href='file:///etc/passwd'>x</a>", "<a>x</a>"),
    ("<a href=\"x\" href=\"javascript:y\">x</a>", #"<a href="x">x</a>"#),
    ("<img src='javascript:alert(1)'>", "<img>"), ("<img src='data:image/svg+xml,<svg onload=x>'>", "<img>"),
    ("<img src='data:text/html;base64,PHN2Zz4='>", "<img>"), ("<img srcset='javascript:x 1x'>", "<img>"),
    ("<table background='javascript:alert(1)'></table>", "<table></table>"),
    ("<iframe src=//evil.example>fallback</iframe>x", "x"), ("<iframe srcdoc='<script>1</script>'></iframe>x", "x"),
    ("<div srcdoc='<b>'>x</div>", "<div>x</div>"), ("<object data=x><b>y</b><object></object>z</object>w", "w"),
    ("<embed src=x>y", "y"), ("<base href=//evil.example/>x", "x"), ("<link rel=stylesheet href=//evil.example>x", "x"),
    ("<meta http-equiv=refresh content='0;url=//evil.example'>x", "x"),
    ("<meta name=referrer content=unsafe-url>x", "x"),
    ("<form action=//evil.example><input name=p><button>Go</button></form>", "Go"),
    ("<textarea><script>1</script></textarea>x", "x"), ("<select><option>1</option></select>x", "x"),
    ("<svg><script>alert(1)</script></svg>x", "x"), ("<svg/onload=alert(1)>x", ""), ("<svg/>x", "x"),
    ("<svg><style><img src=x onerror=alert(1)></style></svg>x", "x"),
    ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></math>x", "x"),
    ("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">x</p></noscript>", "<img src=\"x\">\">x</p>"),
    ("<template><script>1</script></template>x", "x"), ("<xmp><b></xmp>x", "x"), ("<plaintext><b>x", ""),
    ("<!--[if gte IE 4]><script>alert(1)</script><![endif]-->x", "x"),
    ("<!--><img src=x onerror=y>-->", "<img src=\"x\">-->"),
    ("<!---><b>x</b>", "<b>x</b>"), ("<!-- a --!><b>x</b>", "<b>x</b>"), ("<!-- never closed <b>x</b>", ""),
    ("<![CDATA[<b>x</b>]]>y", "x</b>]]>y"), ("<?xml version=\"1.0\"?>x", "x"), ("</ b>x", "x"), ("<b", ""),
    ("<b title=\"x", ""),
    ("<style>@import url(//evil.example);p{color:red}</style>", "<style>p{color:red}</style>"),
    ("<style>p{}</style\n><script>1</script>", "<style>p{}</style>"),
    ("<style></sty/**/le><script>1</script></style>", "<style>/sty le> script>1 /script></style>"),
    ("<p style='background:url(javascript:alert(1))'>x</p>", "<p>x</p>"),
    ("<p style='width:expression(alert(1))'>x</p>", "<p>x</p>"),
    ("<p style='wi\\64th:exp/**/ression(1)'>x</p>", "<p>x</p>"),
    ("<p style='position:fixed;top:0'>x</p>", #"<p style="top:0">x</p>"#),
    ("<title><img src=x onerror=1></title>", "<title>&lt;img src=x onerror=1></title>"),
    ("<unknown onclick=1>x</unknown>", "x"), ("<a target=evil href=x>x</a>", #"<a href="x">x</a>"#),
    ("<!DOCTYPE html [<!ENTITY x '<b>'>]>x", "<!DOCTYPE html>'>]>x"),
]

private let keptCases: [String] = [
    "", "plain & simple &nbsp;&zwnj; text > more", "<p>Hello <b>Ada</b><br>you</p>",
    #"<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">"#,
    #"<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A &amp; B</title></head>"#,
    ##"<table role="presentation" width="600" cellpadding="0" cellspacing="0" bgcolor="#ffffff" align="center"></table>"##,
    #"<td align="left" valign="top" colspan="2" style="padding:10px 0; font-family:Arial, &#39;Segoe UI&#39;">x</td>"#,
    #"<img src="https://example.com/a.png?x=1&amp;y=2" alt="A &lt;b&gt;" width="10" height="20">"#,
    #"<img src="cid:logo"><img src="data:image/png;base64,iVBORw0KGgo=">"#,
    ##"<a href="mailto:ada@example.com?subject=Hi" target="_blank">mail</a><a href="tel:+27821234567">call</a>"##,
    ##"<a href="#top">up</a>"##,
    "<style>@media (max-width:600px){.a{width:100%!important}}</style>",
    #"<font color="red" face="Arial" size="2">x</font>"#,
    "<ul><li>a</li></ul><ol start=\"3\"><li>b</li></ol>",
    #"<div aria-label="x" data-id="7" class="a b" id="c" dir="rtl">x</div>"#,
]

private let rewrittenCases: [(String, String)] = [
    ("<P ALIGN=center>x</P>", #"<p align="center">x</p>"#), ("<br/><hr />", "<br><hr>"),
    ("a < b <3 </", "a &lt; b &lt;3 &lt;/"),
    ("<td nowrap>", #"<td nowrap="">"#), ("<a href=?a=1&copy=2>", #"<a href="?a=1&amp;copy=2">"#), ("x</br>y", "xy"),
    ("<a href='  https://example.com/ '>", #"<a href="https://example.com/">"#), ("a\0b", "ab"),
]

private let styleCases: [(String, String)] = [
    ("color:red; position:fixed; top:0", "color:red; top:0"), ("POSITION : FIXED", ""), ("position:/**/fixed", ""),
    ("po\\73ition:fixed", ""), ("color:red;;", "color:red;;"), ("behavior:url(#x)", ""),
    ("scroll-behavior:smooth", "scroll-behavior:smooth"),
    ("-moz-binding:url(x)", ""), ("background:url('jav\\61script:x')", ""), ("background:url( \"vbscript:x\" )", ""),
    ("background:url(data:image/png;base64,AA==);color:red", "background:url(data:image/png;base64,AA==);color:red"),
    ("background:url(data:image/svg+xml;base64,AA==);color:red", "color:red"),
    ("background:url(https://x.example/a.png)", "background:url(https://x.example/a.png)"),
    ("@import 'x.css'; p{color:red}", "p{color:red}"), ("@im\\port 'x'; p{}", "p{}"),
    ("@import url(x){} p{}", "x-removed{} p{}"),
    ("<!-- p{color:red} -->", "p{color:red}"), ("p{content:\"a;b}\"}", "p{content:\"a;b}\"}"),
    ("p{color:red;position:fixed}", "p{color:red;}"),
    ("p{width:exp{{x}}ression(1)}", "p{}"), ("color:{{brand.color}};width:10px", "color:{{brand.color}};width:10px"),
    ("a{color:red}/* x", "a{color:red}"), ("(((((;color:red", "(((((;color:red"),
]

private let templateCases: [(String, String)] = [
    ("<p>Dear {{member.first_name}} {{#a}}x{{/a}}</p>", "<p>Dear {{member.first_name}} {{#a}}x{{/a}}</p>"),
    (#"<a href="{{link}}">x</a><img src="{{base}}/a.png">"#, #"<a href="{{link}}">x</a><img src="{{base}}/a.png">"#),
    (#"<a href="https://example.com/?n={{name}}">x</a>"#, #"<a href="https://example.com/?n={{name}}">x</a>"#),
    (#"<a href="java{{x}}script:alert(1)">x</a>"#, "<a>x</a>"),
    (#"<a href="java{{! }}script:alert(1)">x</a>"#, "<a>x</a>"),
    (#"<a href="{{x}}:alert(1)">x</a>"#, "<a>x</a>"),
    (#"<a href="{{&quot;x&quot;}}">x</a>"#, #"<a href="{{&quot;x&quot;}}">x</a>"#),
    (##"<p title="{{#a}}x{{/a}}">"##, ##"<p title="{{#a}}x{{/a}}">"##),
    (##"<p title="{{#a}}">x<p title="{{/a}}">"##, "<p>x<p>"),
    (#"<p title="{{! ">x}}<p title="}} onclick=alert(1) x=">"#, #"<p>x}}<p title="}} onclick=alert(1) x=">"#),
    ("<style>{{#a}}</style>{{/a}}", "{{/a}}"),
    ("{{#a}}<tr><td>{{.}}</td></tr>{{/a}}", "{{#a}}<tr><td>{{.}}</td></tr>{{/a}}"),
]

private let pieces: [String] = [
    "<", ">", "\"", "'", "/", "=", "&", "&lt;", "&#60;", "<!--", "-->", "--!>", "<!", "<?", "]]>", "<script>",
    "</script>", "<style>",
    "</style>", "<svg>", "</svg>", "<b ", "<b>", "</b>", "<a href=", "javascript:", "x", " ", "\n", "\0", "{{", "}}",
    "{{#a}}", "{{/a}}",
    "{{a}}", "<p style=\"", "position:fixed", ";", "{", "}", "(", ")", "url(", "/*", "*/", "\\", "@import", "<title>",
    "</title>",
    "<img src=", " onerror=alert(1) ", "<noscript>", "<textarea>", "<!doctype ", "<iframe>", "<object>", "expression(",
    "é", "-", "!",
]

private let hostileCases: [String] = [
    "<", "<!--", "<a ", "<a href=\"", "</", "<style>", "<script>", "&", "&#", "{{", "{", "<p title=\"{{\">", "<svg>",
    "<!-- --", "<title></titl",
    "<ul><li>", "<a href=x>", "<p style=\"((((\">", "<td>", "</a", "\"'", "<b/",
]
