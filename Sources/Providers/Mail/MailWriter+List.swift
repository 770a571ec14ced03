import Messaging

extension MailWriter {
    /// Writes the list headers of a broadcast. Each appears once and unfolded, so that a signing relay leaves them
    /// unchanged (RFC 8058 section 3.2 requires both `List-Unsubscribe` headers in the signature).
    mutating func headers(of list: MailList, domain: String) {
        // RFC 2919 section 2: a name unique to the list, under a domain of the sender.
        header("List-Id", name: list.name, address: "\(list.label).\(domain)")
        if let unsubscribe = list.unsubscribe {
            header("List-Unsubscribe", "<\(unsubscribe.url)>")
            if unsubscribe.isOneClick { header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") }
        }
        header("Precedence", "bulk")
    }
}
