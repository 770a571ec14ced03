/// Cookie to set (RFC 6265 §4.1). The defaults suit a session: whole site, HttpOnly, same-site.
public struct Cookie: Sendable {
    public var name: String
    public var value: String
    public var path: String
    /// Lifetime in seconds; nil lasts until the browser closes, 0 deletes the cookie.
    public var maxAge: Int?
    public var httpOnly: Bool
    public var secure: Bool
    /// `Strict`, `Lax` or `None`.
    public var sameSite: String

    public init(
        name: String, value: String, path: String = "/", maxAge: Int? = nil, httpOnly: Bool = true,
        secure: Bool = false, sameSite: String = "Lax"
    ) {
        self.name = name
        self.value = value
        self.path = path
        self.maxAge = maxAge
        self.httpOnly = httpOnly
        self.secure = secure
        self.sameSite = sameSite
    }

    /// Value of the Set-Cookie header, without characters that would end one of its parts early.
    var headerValue: String {
        var parts = ["\(Self.cleaned(name))=\(Self.cleaned(value))", "Path=\(Self.cleaned(path))"]
        if let maxAge { parts.append("Max-Age=\(maxAge)") }
        if httpOnly { parts.append("HttpOnly") }
        if secure { parts.append("Secure") }
        parts.append("SameSite=\(Self.cleaned(sameSite))")
        return parts.joined(separator: "; ")
    }

    /// Parses a Cookie header. The first of several cookies with one name wins, because browsers send the most specific
    /// path first.
    static func parse(header: String) -> [String: String] {
        var cookies: [String: String] = [:]
        for part in header.utf8.split(separator: UInt8(ascii: ";")) {
            let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { continue }
            let name = String(Substring(trimmed(sides[0])))
            if !name.isEmpty && cookies[name] == nil { cookies[name] = unquoted(trimmed(sides[1])) }
        }
        return cookies
    }

    private static func cleaned(_ text: String) -> String {
        String(text.unicodeScalars.filter { $0 != ";" && $0.value > 0x1F && $0.value != 0x7F })
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text
        while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return text
    }

    private static func unquoted(_ text: Substring.UTF8View) -> String {
        let quote = UInt8(ascii: "\"")
        guard text.count >= 2, text.first == quote, text.last == quote else { return String(Substring(text)) }
        return String(Substring(text.dropFirst().dropLast()))
    }
}
