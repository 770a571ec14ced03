import Messaging
import TestSupport

@testable import Providers

extension Fixture {
    static let composer = MailComposer(from: try! EmailAddress("hello@example.org"), fromName: "Example", replyTo: nil)
}
