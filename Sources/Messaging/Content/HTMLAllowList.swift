/// Elements and attributes allowed in a mail, those that mail clients render, and the validation of their values.
enum HTMLAllowList {
    static let elements = words(
        """
        html head title meta style body div span p br hr h1 h2 h3 h4 h5 h6 center font b i u s strike strong em small big
        sub sup mark abbr acronym cite q code pre kbd samp var tt del ins dfn bdo bdi wbr blockquote address ul ol li dl dt
        dd table caption thead tbody tfoot tr th td col colgroup a img map area figure figcaption section article header
        footer main nav aside time
        """)

    static let voidElements = words("br hr img meta col area wbr")

    /// Elements removed together with their content. Raw text elements (`script`, `iframe`…) are dropped by the
    /// tokenizer.
    static let droppedWithContent = words(
        "object applet svg math template select datalist audio video canvas frameset dialog picture marquee")

    /// Elements in which `/>` closes the tag.
    static let foreignElements = words("svg math")

    private static let attributesOfAll = words(
        """
        style class id title lang dir align valign width height bgcolor background border cellpadding cellspacing color
        face size alt role summary nowrap colspan rowspan scope headers abbr char span start type value reversed datetime
        cite name hspace vspace clear noshade compact bordercolor frame rules
        """)

    private static let attributesOf: [String: Set<String>] = [
        "a": words("href target rel"),
        "area": words("href target rel coords shape"),
        "img": words("src srcset sizes usemap ismap"),
        "body": words("text link alink vlink topmargin leftmargin marginwidth marginheight"),
        "meta": words("charset content http-equiv"),
        "style": words("media"),
        "html": words("xmlns"),
    ]

    static func allows(_ attribute: String, on element: String) -> Bool {
        if attributesOfAll.contains(attribute) || attributesOf[element]?.contains(attribute) == true { return true }
        guard attribute.hasPrefix("aria-") || attribute.hasPrefix("data-") else { return false }
        return attribute.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    /// Sanitized value of an attribute (entities decoded), or nil to remove it.
    static func clean(_ value: String, of attribute: String, on element: String) -> String? {
        guard MergeTags.areWhole(in: value) else { return nil }
        switch attribute {
        case "style":
            let style = StyleFilter.clean(value)
            return style.isEmpty ? nil : style
        case "href", "cite": return cleanAddress(value, forImage: false)
        case "src", "background": return cleanAddress(value, forImage: true)
        case "srcset":
            return value.split(separator: ",").allSatisfy { LinkPolicy.allows(String($0), forImage: false) }
                ? value : nil
        case "usemap": return value.hasPrefix("#") ? value : nil
        case "target": return ["_blank", "_self", "_top", "_parent"].contains(value.lowercased()) ? value : nil
        default: return value
        }
    }

    private static func cleanAddress(_ value: String, forImage: Bool) -> String? {
        guard LinkPolicy.allows(value, forImage: forImage) else { return nil }
        let scalars = value.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
        return String(String.UnicodeScalarView(scalars)).trimmingSpaces()
    }

    private static let metaNames = words(
        "viewport color-scheme supported-color-schemes format-detection x-apple-disable-message-reformatting author")

    /// Allows `meta` elements that describe the document; a refresh would redirect.
    static func allowsMeta(_ attributes: [(name: String, value: String)]) -> Bool {
        func value(_ name: String) -> String? { attributes.first { $0.name == name }?.value.lowercased() }
        if let equivalent = value("http-equiv") {
            return equivalent == "content-type" || equivalent == "x-ua-compatible"
        }
        if let name = value("name") { return metaNames.contains(name) }
        return value("charset") != nil
    }

    static func isDoctypeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x09, 0x0A, 0x0D: true
        default: "\"'-/.:+".utf8.contains(byte)
        }
    }

    private static func words(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}

extension String {
    /// Trims spaces at both ends.
    func trimmingSpaces() -> String {
        var rest = Substring(self)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        return String(rest)
    }
}
