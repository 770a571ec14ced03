import Testing

@testable import HTTPServing

@Suite("Fields, headers, cookies and targets")
struct FieldsTests {
    @Test("Urlencoded text is parsed in order, and names may repeat")
    func parse() {
        let fields = Fields.parse(urlEncoded: "a=1&b=two+words&a=%C3%A9%26&empty=&bare&&x=1=2")
        #expect(fields?["a"] == "1")
        #expect(fields?.all("a") == ["1", "é&"])
        #expect(fields?["b"] == "two words")
        #expect(fields?["empty"] == "")
        #expect(fields?["bare"] == "")
        #expect(fields?["x"] == "1=2")
        #expect(fields?["missing"] == nil)
        #expect(fields?.names == ["a", "b", "empty", "bare", "x"])
    }

    @Test(
        "Malformed escapes, invalid UTF-8 and NUL are rejected", arguments: ["a=%", "a=%4", "%zz=1", "a=%FF", "a=%00"])
    func refused(text: String) {
        #expect(Fields.parse(urlEncoded: text) == nil)
    }

    @Test("Header names are case-insensitive, and values cannot end a line")
    func headers() {
        var headers = Headers([("Content-Type", "text/html"), ("Set-Cookie", "a=1")])
        headers.add("set-cookie", "b=2")
        headers["content-TYPE"] = "x\r\nEvil: 1\u{0}"
        headers.add("Bad Name:\r\n", "v")
        #expect(headers["Content-Type"] == "xEvil: 1")
        #expect(headers.all("SET-COOKIE") == ["a=1", "b=2"])
        #expect(headers["BadName"] == "v")
        headers["set-cookie"] = nil
        #expect(headers.all("Set-Cookie").isEmpty)
    }

    @Test("Cookies are parsed from their header and written with safe attributes")
    func cookies() {
        var request = Request(.get, "/", headers: Headers([("Cookie", "a=1; b=\"two\";c; a=2 ;d=x=y")]))
        #expect(request.cookies == ["a": "1", "b": "two", "d": "x=y"])
        request.cookies = ["s": "v"]
        #expect(request.headers["Cookie"] == "s=v")
        var response = Response.noContent
        response.setCookie(Cookie(name: "s", value: "v;\r\nx", maxAge: 60, secure: true))
        #expect(
            response.headers["Set-Cookie"] == "s=vx; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax")
    }

    @Test(
        "Targets are decoded or rejected",
        arguments: [
            ("/a%20b/%C3%A9?x=1", "/a b/é"), ("http://host:80/p?q", "/p"), ("http://host", "/"), ("*", "*"),
            ("/%00", nil), ("/%FF", nil), ("/%2", nil), ("/?a=%zz", nil), ("relative", nil), ("", nil),
        ] as [(String, String?)])
    func targets(raw: String, path: String?) {
        #expect(RequestTarget(raw)?.path == path)
    }

    @Test("Requests can be created without a socket")
    func requests() {
        #expect(Request(.get, "/app/x?y=1").query["y"] == "1")
        #expect(Request(.post, "/login", form: [("email", "a")]).form["email"] == "a")
        #expect(Request(.post, "/api", json: "{}").body == Array("{}".utf8))
    }

    @Test(
        "Only unambiguous boundaries are accepted",
        arguments: [
            ("multipart/form-data; boundary=abc", BodyKind.multipart(boundary: "abc")),
            ("Multipart/Form-Data; boundary=\"a b\"", nil),
            ("multipart/form-data; boundary=\"ab\"", .multipart(boundary: "ab")),
            ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil),
            ("multipart/form-data; boundary=\"", nil), ("multipart/form-data; boundary=\"\"", nil),
            ("multipart/form-data; boundary=a; charset=x", nil), ("application/json", .raw),
            ("application/x-www-form-urlencoded; charset=utf-8", .urlEncoded),
        ] as [(String, BodyKind?)])
    func bodyKinds(contentType: String, kind: BodyKind?) {
        let unusable = BodyKind.unusable(.malformed("the multipart boundary is missing or not valid"))
        #expect(BodyKind(contentType: contentType) == kind ?? unusable)
    }
}
