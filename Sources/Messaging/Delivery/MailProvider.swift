/// Provider that sends mail by SMTP.
public protocol MailProvider: Provider {
    var server: SMTPServer { get }
    /// - Parameter reply: the reply that ended the mail transaction.
    func outcome(of reply: SMTPResponse) -> Outcome
}
