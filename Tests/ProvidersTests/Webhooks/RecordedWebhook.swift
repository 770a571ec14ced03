import Foundation
import Messaging

/// A recorded provider webhook with its account settings and expected result. One file per webhook, in the folder of
/// its provider kind:
///
/// ```
/// kind: receipts            receipts or inbound
/// channel: sms              of the account
/// received: 2026-…          receiving time
/// setting NAME: VALUE       of the account, any number of them
/// signs: body               any change to the body must be refused
/// --- request
/// Header: value
///
/// the body
/// --- expected
/// id …                      the request's id, then a line for each event
/// ```
struct RecordedWebhook: CustomStringConvertible {
    struct Malformed: Error { var path: String }

    let name: String
    let providerKind: String
    let account: ProviderAccount
    let request: WebhookRequest
    let signsBody: Bool
    let expected: [String]

    var description: String { "\(providerKind)/\(name)" }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures"

    /// All recordings, sorted by provider kind and name.
    static let all: [RecordedWebhook] = {
        let files = FileManager.default
        let kinds = (try? files.contentsOfDirectory(atPath: folder)) ?? []
        return kinds.sorted().flatMap { kind in
            ((try? files.contentsOfDirectory(atPath: "\(folder)/\(kind)")) ?? []).sorted().map { file in
                do {
                    return try RecordedWebhook(path: "\(folder)/\(kind)/\(file)", kind: kind)
                } catch {
                    fatalError("\(kind)/\(file) is not as RecordedWebhook says: \(error)")
                }
            }
        }
    }()

    private init(path: String, kind: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let parts = text.components(separatedBy: "--- request\n")
        let rest = parts.count == 2 ? parts[1].components(separatedBy: "\n--- expected\n") : []
        guard rest.count == 2, let gap = rest[0].range(of: "\n\n") else { throw Malformed(path: path) }
        let facts = Dictionary(uniqueKeysWithValues: Self.pairs(parts[0]))
        let settings = facts.filter { $0.key.hasPrefix("setting ") }
        guard let webhookKind = facts["kind"].flatMap(WebhookKind.init(rawValue:)),
            let channel = facts["channel"].flatMap(DeliveryChannel.init(rawValue:)),
            let received = facts["received"].flatMap({ Timestamp(rfc3339: $0) })
        else { throw Malformed(path: path) }
        name = (path as NSString).lastPathComponent
        providerKind = kind
        account = ProviderAccount(
            id: 7, deliveryChannel: channel, kind: kind, name: "Recorded", isDefault: true, isEnabled: true,
            settings: ProviderSettings(
                Dictionary(uniqueKeysWithValues: settings.map { (String($0.key.dropFirst(8)), $0.value) })),
            trouble: nil, troubleSince: nil, createdAt: received, updatedAt: received)
        request = WebhookRequest(
            kind: webhookKind,
            headers: Self.pairs(String(rest[0].prefix(upTo: gap.lowerBound))).map { HTTPHeader($0.0, $0.1) },
            query: facts["query"] ?? "", body: Array(rest[0].suffix(from: gap.upperBound).utf8), receivedAt: received)
        signsBody = facts["signs"] == "body"
        expected = rest[1].split(separator: "\n").map(String.init)
    }

    private static func pairs(_ text: String) -> [(String, String)] {
        text.split(separator: "\n").compactMap { line in
            line.firstRange(of: ": ").map { mark in
                (String(line.prefix(upTo: mark.lowerBound)), String(line.suffix(from: mark.upperBound)))
            }
        }
    }
}

extension WebhookReceiving {
    /// Result of a request, one line per event.
    func lines(of request: WebhookRequest) -> [String] {
        do {
            let id = "id \(try verify(request))"
            do {
                let reading = try read(request)
                return [id] + reading.events.map(\.line) + reading.refused.map { "unread \($0)" }
            } catch {
                return [id, "unreadable \(error.reason)"]
            }
        } catch {
            return ["refused"]
        }
    }
}

extension WebhookEvent {
    fileprivate var line: String {
        switch self {
        case .receipt(let reference, let state, let at, let detail):
            "receipt \(reference) \(state) \(at.rfc3339) |\(detail.isEmpty ? "" : " \(detail)")"
        case .inbound(let reference, let from, let to, let text, let at, let inReplyTo):
            "inbound \(reference) from \(from) to \(to.isEmpty ? "-" : to) at \(at.rfc3339) answers \(inReplyTo ?? "-") |"
                + (text.isEmpty ? "" : " \(text)")
        }
    }
}
