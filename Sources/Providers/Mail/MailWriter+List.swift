import Messaging

extension MailWriter {
    /// By what a mail of a broadcast is known and left. Each header once and on a line of its own, never folded, so that a
    /// relay that signs (RFC 8058 section 3.2 wants both `List-Unsubscribe` headers in the signature) changes none.
    mutating func headers(of list: MailList, domain: String) {
        // RFC 2919 section 2: a name that no other list has, under a domain of the sender's.
        header("List-Id", name: list.name, address: "\(list.label).\(domain)")
        if let unsubscribe = list.unsubscribe {
            header("List-Unsubscribe", "<\(unsubscribe.url)>")
            if unsubscribe.isOneClick { header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") }
        }
        header("Precedence", "bulk")
    }
}
