/// A provider that is spoken to by SMTP. Its transfers are mails.
public protocol MailProvider: Provider {
    var server: SMTPServer { get }
    /// - Parameter reply: the one that ended the mail's transaction.
    func outcome(of reply: SMTPResponse) -> Outcome
}
