/// Addresses allowed for links and images in a message.
enum LinkPolicy {
    /// Schemes that mail clients open; all others, above all `javascript:`, are removed.
    static let schemes: Set<String> = [
        "http", "https", "mailto", "tel", "sms", "smsto", "whatsapp", "geo", "webcal", "cid",
    ]
    /// Raster images may be inlined; SVG can contain scripts.
    static let imageTypes: Set<String> = ["image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"]

    /// Whether `address` (entities decoded) is relative or has a scheme from the list.
    ///
    /// Ignores characters that browsers ignore (controls, white space, zero-width characters). `{{ }}` tags count as
    /// empty, but a tag before the colon of a scheme is rejected, because its value could complete a forbidden name.
    static func allows(_ address: String, forImage: Bool) -> Bool {
        let (literal, hasTag) = schemePart(of: address)
        guard let scheme = literal else { return true }
        if hasTag { return false }
        if scheme == "data" { return forImage && isInlineImage(address) }
        return schemes.contains(scheme)
    }

    /// Lower-case text before the first colon; nil if a `/`, `?`, `#` or the end comes first.
    private static func schemePart(of address: String) -> (scheme: String?, hasTag: Bool) {
        let scalars = Array(address.unicodeScalars)
        var scheme = ""
        var hasTag = false
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if scalar == "{", index < scalars.count, scalars[index] == "{" {
                hasTag = true
                index = tagEnd(in: scalars, from: index) ?? index
            } else if scalar == ":" {
                return (scheme.lowercased(), hasTag)
            } else if scalar == "/" || scalar == "?" || scalar == "#" || scalar == "\\" {
                break
            } else if !isSkipped(scalar) {
                scheme.unicodeScalars.append(scalar)
                // No scheme is this long, but part of it may vanish when a tag is rendered.
                if scheme.utf8.count > 64 { return (hasTag ? scheme : nil, hasTag) }
            }
        }
        return (nil, hasTag)
    }

    /// Index after `}}` if `from` is at the second brace of a `{{`. Tags longer than 256 characters are treated as
    /// text, so that a row of opening braces is not searched to the end from each of them.
    private static func tagEnd(in scalars: [Unicode.Scalar], from start: Int) -> Int? {
        let limit = min(scalars.count, start + 256)
        var index = start + 1
        while index + 1 < limit {
            if scalars[index] == "}", scalars[index + 1] == "}" { return index + 2 }
            index += 1
        }
        return nil
    }

    private static func isInlineImage(_ address: String) -> Bool {
        let visible = String(String.UnicodeScalarView(address.unicodeScalars.prefix(64).filter { !isSkipped($0) }))
        let type = visible.lowercased().dropFirst("data:".count).prefix { $0 != ";" && $0 != "," }
        return imageTypes.contains(String(type))
    }

    static func isSkipped(_ scalar: Unicode.Scalar) -> Bool {
        // ASCII is decided without the properties of a scalar, which are slow to look up.
        if scalar.value < 0x7F { return scalar.value <= 0x20 }
        return scalar.value <= 0xA0 || scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
    }
}
