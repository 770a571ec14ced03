import Foundation
import Messaging

/// Maps an SMTP reply to an outcome. The enhanced status code (RFC 3463), if present, takes precedence over the basic
/// code.
///
/// | reply | outcome |
/// |---|---|
/// | 2xx to the body | accepted |
/// | 530, 534, 535, 538 | not handed over: account error, not the message's |
/// | 4.7.x, 450 4.2.0 or any 4xx that mentions greylisting | deferred, greylisted |
/// | 4.5.3, plain 452, or text about too many or too fast | deferred, throttled |
/// | other 4xx or 4.x.x | deferred, transient |
/// | 5.1.1, 5.1.2, 5.1.3, 5.1.6, 5.1.10 in reply to the recipient or the body | refused, the address is dead |
/// | 550, 551, 553 without an enhanced code, in reply to the recipient, unless the text mentions policy | the same |
/// | every other 5xx or 5.x.x | refused |
///
/// 421 closes the connection, whichever command it replies to: `SMTPSession+Replies` treats it as a broken connection.
enum SMTPOutcome {
    static func of(_ reply: SMTPResponse) -> Outcome {
        let detail = reply.text.isEmpty ? "\(reply.code)" : "\(reply.code) \(reply.text)"
        if reply.code / 100 == 2 {
            return .accepted(reference: reference(in: reply.text), detail: detail)
        }
        if SMTPResponse.accountFaults.contains(reply.code) { return .notHandedOver(detail: detail) }
        let enhanced = EnhancedStatus(reply.text)
        switch enhanced?.class ?? reply.code / 100 {
        case 4:
            let words = reply.text.lowercased()
            return .deferred(
                reason: reason(reply, enhanced, words), retryAfter: delay(in: words), detail: detail)
        case 5:
            return .refused(detail: detail, addressIsDead: isAddressDead(reply, enhanced))
        default:
            return .refused(detail: "The server broke the protocol: \(detail)", addressIsDead: false)
        }
    }

    private static func reason(_ reply: SMTPResponse, _ enhanced: EnhancedStatus?, _ words: String) -> RetryReason {
        if ["greylist", "graylist", "grey-list", "gray-list", "grey list", "postgrey"].contains(where: words.contains) {
            return .greylisted
        }
        if ["too many", "too fast", "too much", "throttl", "rate limit", "ratelimit", "slow down", "quota exceeded"]
            .contains(where: words.contains)
        {
            return .throttled
        }
        if reply.code == 452, enhanced == nil { return .throttled }
        switch (enhanced?.subject, enhanced?.detail) {
        case (7, _): return .greylisted
        case (5, 3): return .throttled
        case (2, 0) where reply.code == 450: return .greylisted
        default: return .transient
        }
    }

    /// Delay stated in the reply ("try again in 300 seconds"), capped at one hour.
    private static func delay(in words: String) -> Duration? {
        let parts = words.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
        for (number, unit) in zip(parts, parts.dropFirst()) {
            guard let count = Int(number), (1...3600).contains(count) else { continue }
            if unit.hasPrefix("sec") || unit == "s" { return .seconds(count) }
            if unit.hasPrefix("min") && count <= 60 { return .seconds(count * 60) }
        }
        return nil
    }

    private static func isAddressDead(_ reply: SMTPResponse, _ enhanced: EnhancedStatus?) -> Bool {
        guard reply.command == .rcpt || reply.command == .body else { return false }
        if let enhanced { return enhanced.subject == 1 && [1, 2, 3, 6, 10].contains(enhanced.detail) }
        guard reply.command == .rcpt, [550, 551, 553].contains(reply.code) else { return false }
        // Servers also use 550 to reject the sender rather than the recipient.
        let words = reply.text.lowercased()
        return !policyWords.contains(where: words.contains)
    }

    private static let policyWords = [
        "relay", "spam", "block", "blacklist", "policy", "reputation", "denied", "authenti", "spf", "dkim", "dmarc",
        "sender", "not allowed", "not permitted", "http",
    ]

    /// Server's message id (`queued as 4X2y…`), or the whole line. Searches bytes: this runs for every accepted
    /// message, and a search by character takes a tenth of the time of sending it.
    private static func reference(in text: String) -> String {
        let bytes = Array(text.utf8)
        let marker = Array("queued as ".utf8)
        guard bytes.count > marker.count,
            let start = (0..<(bytes.count - marker.count)).first(where: { start in
                marker.indices.allSatisfy { bytes[start + $0] | 32 == marker[$0] }
            })
        else { return text }
        let name = bytes[(start + marker.count)...].prefix { $0 != 32 }
        return name.isEmpty ? text : String(decoding: name, as: UTF8.self)
    }
}

/// Enhanced mail system status code (RFC 3463 section 2) at the start of a reply's text.
struct EnhancedStatus: Hashable {
    var `class`: Int
    var subject: Int
    var detail: Int

    init?(_ text: String) {
        let parts = text.prefix { $0 != " " }.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, ["2", "4", "5"].contains(parts[0]),
            parts.allSatisfy({ (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let first = Int(parts[0]), let second = Int(parts[1]), let third = Int(parts[2])
        else { return nil }
        (self.class, subject, detail) = (first, second, third)
    }
}
