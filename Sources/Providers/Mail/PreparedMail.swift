import Messaging

/// Content prepared for mailing: everything common to all receivers is escaped and encoded once.
struct PreparedMail: PreparedContent {
    private let composer: MailComposer
    private let content: ContentRenderer
    private let html: EncodedTemplate?
    private let text: EncodedTemplate?
    private let wrap: @Sendable (MailTransfer, OutboundMessage) -> Transfer

    /// `nil` if a body part needs full encoding for every message.
    init?(
        _ content: ContentRenderer, composer: MailComposer,
        wrap: @escaping @Sendable (MailTransfer, OutboundMessage) -> Transfer
    ) {
        self.composer = composer
        self.content = content
        self.wrap = wrap
        html = EncodedTemplate(content.html, type: "text/html")
        text = EncodedTemplate(content.text, type: "text/plain")
        if html == nil, !content.content.html.isEmpty { return nil }
        if text == nil, !content.content.text.isEmpty { return nil }
        if html == nil && text == nil || content.content.extras != ContentExtras() { return nil }
    }

    func transfer(of values: MergeValues, in blank: OutboundMessage) throws -> Transfer {
        var outbound = blank
        outbound.subject = try content.renderSubject(values)
        let html = self.html.map { part in part.values(from: values).map { (part, $0) } }
        let text = self.text.map { part in part.values(from: values).map { (part, $0) } }
        // One of the values needs full encoding.
        if case .some(.none) = html { return try long(values, outbound) }
        if case .some(.none) = text { return try long(values, outbound) }
        if outbound.subject.isEmpty { return try long(values, outbound) }
        let parts = [text, html].compactMap { $0?.map { $0 } }
        let room = parts.reduce(1024 + outbound.subject.utf8.count * 4) { $0 + $1.0.room(for: $1.1) }
        let mail = try composer.mail(for: outbound, capacity: room) { out in
            guard parts.count > 1 else { return parts[0].0.write(parts[0].1, to: &out) }
            let boundary = MailComposer.boundary(token: outbound.messageToken)
            out.append("Content-Type: multipart/alternative;\r\n boundary=\"")
            out.append(boundary)
            out.append("\"\r\n")
            for (part, values) in parts {
                out.append("\r\n--")
                out.append(boundary)
                out.append("\r\n")
                part.write(values, to: &out)
            }
            out.append("\r\n--")
            out.append(boundary)
            out.append("--\r\n")
        }
        return wrap(mail, outbound)
    }

    private func long(_ values: MergeValues, _ blank: OutboundMessage) throws -> Transfer {
        let outbound = blank.filled(with: try content.render(values))
        return wrap(try composer.mail(for: outbound), outbound)
    }
}
