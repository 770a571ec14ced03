/// Extras of a content, parsed once.
struct ExtrasRenderer: Sendable {
    private let icon: MergeTemplate?
    private let actionURL: MergeTemplate?
    private let approved: ApprovedTemplate?
    private let parameters: [MergeTemplate]
    /// All texts with variables.
    let templates: [MergeTemplate]

    /// Returns `nil` if `parse` reports an error by returning `nil`.
    init?(
        _ extras: ContentExtras, _ parse: (String, MergeTemplate.Kind, ContentField) -> MergeTemplate?
    ) {
        let icon = extras.icon.isEmpty ? nil : parse(extras.icon, .text, .icon)
        let actionURL = extras.actionURL.isEmpty ? nil : parse(extras.actionURL, .text, .actionURL)
        let texts = extras.approved?.parameters ?? []
        let parameters = texts.compactMap { parse($0, .text, .parameters) }
        guard (icon == nil) == extras.icon.isEmpty, (actionURL == nil) == extras.actionURL.isEmpty,
            parameters.count == texts.count
        else { return nil }
        (self.icon, self.actionURL, self.parameters) = (icon, actionURL, parameters)
        approved = extras.approved
        templates = [icon, actionURL].compactMap { $0 } + parameters
    }

    func render(_ values: MergeValues) throws -> ContentExtras {
        ContentExtras(
            icon: Self.address(try icon?.render(values)), actionURL: Self.address(try actionURL?.render(values)),
            approved: try approved.map { approved in
                // Approved templates do not allow line breaks in parameters.
                let parameters = try parameters.map { ContentRenderer.oneLine(try $0.render(values)) }
                return ApprovedTemplate(name: approved.name, language: approved.language, parameters: parameters)
            })
    }

    /// Percent-encodes characters not allowed in a URL (RFC 3986 section 2), which may come from merged values.
    private static func address(_ text: String?) -> String {
        var out: [UInt8] = []
        for byte in (text ?? "").utf8 {
            if byte > 0x20, byte < 0x7F, !Array("\"<>\\^`{|}".utf8).contains(byte) {
                out.append(byte)
            } else {
                out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
