import Messaging

struct SendLogDetails: Sendable {
    let id: String
    let title: String
    let status: String
    let statusLabel: String
    let channel: String
    let channelLabel: String
    let sandbox: Bool
    let live: Bool
    let refreshHref: String
    let notice: DetailNotice?
    let hasActions: Bool
    let actions: [DetailAction]
    let isEmail: Bool
    let isPhone: Bool
    let isErased: Bool
    let contentHref: String
    let plainText: String?
    let phoneKind: String?
    let bubble: String?
    let subject: String?
    let recipients: String
    let to: String?
    let sentBy: String
    let sentAt: String
    let entity: EntityLink?
    let snapshot: ReceiverSnapshotPart?
    let hasMerge: Bool
    let merge: [Fact]
    let from: String?
    let replyTo: String?
    let provider: String?
    /// Whether the selected provider was used; `nil` if none was selected.
    let chosenProvider: String?
    let extras: [Fact]
    let messageId: String?
    let type: String?
    let priority: String?
    /// Expiry of the message; `nil` if it has none.
    let expires: String?
    let hasSuppressions: Bool
    /// Current suppressions of this address.
    let suppressions: [String]
    let suppressionsHref: String?
    let timeline: [TimelineItem]
    let hasAttempts: Bool
    let attempts: [AttemptRow]
    let hasReceipts: Bool
    let receipts: [ReceiptRow]
    let hasReplies: Bool
    let replies: [ReplyItem]
}

struct DetailNotice: Sendable {
    let kind: String
    let icon: String
    let title: String
    let text: String
}

struct DetailAction: Sendable {
    let id: String
    let label: String
    let action: String
    let busy: String
    let style: String
    let hint: String?
}

struct TimelineItem: Sendable {
    let label: String
    let at: String
    let atISO: String
    let tone: String
    let note: String?
}

struct AttemptRow: Sendable {
    let number: String
    let at: String
    let atISO: String
    let provider: String
    let outcome: String
    let outcomeLabel: String
    let words: String
    let took: String?
}

struct ReceiptRow: Sendable {
    let at: String
    let atISO: String
    let state: String
    let stateLabel: String
    let words: String?
}

struct ReplyItem: Sendable {
    let from: String
    let at: String
    let atISO: String
    let text: String
}

extension SendLogDetails {
    init(_ details: MessageDetails, _ context: RequestContext) throws {
        let row = details.row
        let text = MessageText(details, context.services.unsubscribe)
        let isEmail = row.deliveryChannel == .email
        let actions = SendLogAction.allCases.filter { action in
            row.status.after(action.event) != nil && context.mayDecide(row.deliveryChannel)
                && context.canReach(.post, Paths.sendLogAction(row.id, action.rawValue))
        }
        let recipient = SendLogRow.recipient(row)
        id = String(row.id)
        title = text.subject.isEmpty ? "\(row.deliveryChannel.title) to \(recipient)" : text.subject
        (status, statusLabel) = (row.status.rawValue, row.status.words)
        (channel, channelLabel) = (row.deliveryChannel.rawValue, row.deliveryChannel.title)
        sandbox = row.isSandbox
        live = SendLogsPages.isMoving(row, context.now)
        refreshHref = Paths.sendLog(row.id)
        notice = DetailNotice(details, context)
        hasActions = !actions.isEmpty
        self.actions = actions.map { $0.button(for: row.id) }
        self.isEmail = isEmail
        isPhone = !isEmail
        isErased = false
        contentHref = Paths.sendLogContent(row.id)
        plainText = isEmail ? text.text : nil
        phoneKind = isEmail ? nil : row.deliveryChannel == .whatsapp ? "whatsapp" : "sms"
        bubble = isEmail ? nil : text.text
        subject = text.subject.isEmpty ? nil : text.subject
        recipients = EnglishFormat.count(max(1, details.receiverCount))
        to = recipient
        sentBy = details.sentBy ?? (row.direction == .inbound ? recipient : "Switchboard")
        sentAt = row.sentAt.map { context.time($0).text } ?? "Not yet"
        entity = row.entity.map { EntityLink($0, isOpen: context.opensRecords) }
        snapshot = try ReceiverSnapshotPart(details, context)
        merge = MergeFacts.all(details.merge)
        hasMerge = row.direction == .outbound && !merge.isEmpty
        from = details.attempts.last { !$0.fromAddress.isEmpty }?.fromAddress
        replyTo = nil
        provider = row.providerName
        chosenProvider = Self.chosen(details)
        // In full here; lists show only its end.
        let device = row.deliveryChannel.addressKind == .device && !row.address.isEmpty
        extras = (device ? [Fact(label: "Device token", value: row.address)] : []) + text.extras.facts
        messageId = isEmail ? Self.messageID(details) : nil
        type = row.type.title
        priority = nil
        expires = details.expiresAt.map { context.time($0).text }
        suppressions = details.suppressions.map { "\(EnglishFormat.opening($0.words)) (\($0.source.title))" }
        hasSuppressions = !suppressions.isEmpty
        suppressionsHref = context.link(Paths.suppressions).map { Paths.with($0, [("q", row.address)]) }
        timeline = TimelineItem.all(details, context)
        attempts = details.attempts.map { AttemptRow($0, context) }
        hasAttempts = !details.attempts.isEmpty
        receipts = details.receipts.map { ReceiptRow($0, context) }
        hasReceipts = !details.receipts.isEmpty
        replies = try details.replies.map { try ReplyItem($0, context) }
        hasReplies = !details.replies.isEmpty
    }

    private static func chosen(_ details: MessageDetails) -> String? {
        guard let chosen = details.chosenProvider else { return nil }
        guard let used = details.row.providerID, used != chosen.id else { return chosen.name }
        return "\(chosen.name) was not available, so \(details.row.providerName ?? "the default") took it"
    }
}

extension SendLogDetails {
    /// `Message-ID` as in the mail's header. Its domain comes from the sender of the latest attempt, so there is none
    /// before the first.
    private static func messageID(_ details: MessageDetails) -> String? {
        guard !details.messageToken.isEmpty,
            let from = details.attempts.last(where: { !$0.fromAddress.isEmpty })?.fromAddress,
            let domain = try? EmailAddress(from).asciiDomain
        else { return nil }
        return "<\(details.messageToken)@\(domain)>"
    }
}

extension DetailNotice {
    init?(_ details: MessageDetails, _ context: RequestContext) {
        let row = details.row
        let why = row.error.flatMap { $0.isEmpty ? nil : $0 }
        switch row.status {
        case .failed:
            self.init(kind: "error", icon: "alert", title: "Not delivered", text: why ?? "No reason was given.")
        case .skipped: self.init(kind: "info", icon: "skipped", title: "Not sent", text: why ?? "It was left out.")
        case .unknown:
            let words = why.map { " \($0)" } ?? ""
            self.init(
                kind: "warning", icon: "unknown", title: "It is not known whether it arrived",
                text: "It was handed over, and the answer was lost.\(words) Decide what to take it for.")
        case .pending:
            guard let (title, text) = Self.waiting(row, why, context) else { return nil }
            self.init(kind: "info", icon: "clock", title: title, text: text)
        default: return nil
        }
    }

    private static func waiting(_ row: MessageRow, _ why: String?, _ context: RequestContext) -> (String, String)? {
        if row.dueAt > context.now {
            let when = context.time(row.dueAt).text
            return row.attempts > 0
                ? ("Tried again at \(when)", why ?? "The provider asked to wait.") : ("Scheduled for \(when)", "")
        }
        let ready = try? context.readiness([row.deliveryChannel]).first
        if let ready, ready.isMissing { return ("Waiting for a provider", ready.reason) }
        return why.map { ("Waiting", $0) }
    }
}

extension TimelineItem {
    private init(_ label: String, _ moment: Timestamp, _ tone: String, _ note: String?, _ context: RequestContext) {
        let time = context.time(moment)
        self.init(label: label, at: time.text, atISO: time.iso, tone: tone, note: note)
    }

    static func all(_ details: MessageDetails, _ context: RequestContext) -> [TimelineItem] {
        let row = details.row
        if row.direction == .inbound { return [TimelineItem("Received", row.createdAt, "blue", nil, context)] }
        var items: [(Timestamp, TimelineItem)] = [
            (row.createdAt, TimelineItem("Accepted", row.createdAt, "", details.broadcastName, context))
        ]
        for attempt in details.attempts {
            let moment = attempt.endedAt ?? attempt.startedAt
            let words = AttemptRow.words(attempt.result)
            let note = attempt.result == .accepted ? attempt.providerName : attempt.detail
            items.append((moment, TimelineItem(words.event, moment, words.tone, note.isEmpty ? nil : note, context)))
        }
        for decision in details.decisions {
            let by = decision.by.map { "Decided by \($0)" } ?? "Decided by a program"
            items.append((decision.at, TimelineItem(decision.title, decision.at, "amber", by, context)))
        }
        for receipt in details.receipts {
            let tone = receipt.state == .failed ? "red" : "green"
            items.append((receipt.at, TimelineItem(receipt.state.rawValue.capitalized, receipt.at, tone, nil, context)))
        }
        if let settled = row.settledAt, row.status == .cancelled || row.status == .skipped {
            items.append((settled, TimelineItem(row.status.title, settled, "", row.error, context)))
        }
        return items.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

extension AttemptRow {
    init(_ attempt: Attempt, _ context: RequestContext) {
        let time = context.time(attempt.startedAt)
        let words = Self.words(attempt.result)
        number = String(attempt.number)
        (at, atISO) = (time.text, time.iso)
        provider = attempt.providerName
        (outcome, outcomeLabel) = (words.badge, words.label)
        self.words = attempt.detail
        took = attempt.endedAt.map { "\(EnglishFormat.count(Int(($0 - attempt.startedAt).milliseconds))) ms" }
    }

    static func words(_ result: AttemptResult?) -> (badge: String, label: String, event: String, tone: String) {
        switch result {
        case .accepted: ("accepted", "Accepted", "Sent", "green")
        case .refused: ("refused", "Refused", "Refused", "red")
        case .deferred: ("retry", "Try later", "Put off", "amber")
        case .skipped: ("skipped", "Skipped", "Skipped", "")
        case .notHandedOver: ("retry", "Not handed over", "Not handed over", "amber")
        case .inDoubt: ("unknown", "No answer", "Answer lost", "amber")
        case nil: ("sending", "Under way", "Being sent", "blue")
        }
    }
}

extension ReceiptRow {
    init(_ receipt: Receipt, _ context: RequestContext) {
        let time = context.time(receipt.at)
        (at, atISO) = (time.text, time.iso)
        (state, stateLabel) = (receipt.state.rawValue, receipt.state.rawValue.capitalized)
        words = receipt.detail.isEmpty ? nil : receipt.detail
    }
}

extension ReplyItem {
    /// Loads the full text of a reply, of which the log's row has only the start.
    init(_ row: MessageRow, _ context: RequestContext) throws {
        let time = context.time(row.createdAt)
        let whole = try context.services.messages.message(row.id).map { MessageText($0, nil).text }
        from = SendLogRow.recipient(row)
        (at, atISO) = (time.text, time.iso)
        text = whole ?? row.subject
    }
}
