import Messaging

/// A preflight finding with a link to where it can be fixed.
struct FindingItem: Sendable {
    struct Example: Sendable {
        let name: String
        let href: String?
    }

    let severity: String
    let severityLabel: String
    let title: String
    let detail: String?
    let examples: [Example]
    let moreExamples: String?
    let mendHref: String?
    let mendLabel: String?
}

/// Preflight findings of a page.
struct PreflightPart: Sendable {
    let findings: [FindingItem]
    let isClear: Bool
    let summary: String
    /// URL of the complete preflight.
    let whole: String?
}

extension PreflightPart {
    init(_ report: PreflightReport, _ draft: Broadcast, _ context: RequestContext) {
        findings = report.findings.map { FindingItem($0, draft, context) }
        isClear = report.findings.isEmpty && report.whole == nil
        summary = Self.summary(report.findings)
        whole = report.whole
    }

    /// `1 problem, 2 warnings`
    private static func summary(_ findings: [Finding]) -> String {
        let counts = [(Finding.Severity.blocking, "problem"), (.warning, "warning"), (.info, "note")]
        return counts.compactMap { severity, word in
            let count = findings.count { $0.severity == severity }
            return count == 0 ? nil : EnglishFormat.count(count, word)
        }.joined(separator: ", ")
    }
}

extension FindingItem {
    init(_ finding: Finding, _ draft: Broadcast, _ context: RequestContext) {
        (severity, severityLabel) = Self.words(finding.severity)
        (title, detail) = (finding.title, finding.detail)
        examples = finding.examples.map { example in
            Example(
                name: example.name,
                href: Paths.with(
                    draft.origin == .bulk ? Paths.bulkPreview(draft.id) : Paths.composeConfirm(draft.id),
                    [("receiver", String(example.receiverID))]))
        }
        let others = finding.count - examples.count
        moreExamples = others > 0 ? "and \(EnglishFormat.count(others, "other"))" : nil
        let mend = Self.mend(finding.kind, draft, context)
        (mendHref, mendLabel) = (mend?.href, mend?.label)
    }

    private static func words(_ severity: Finding.Severity) -> (String, String) {
        switch severity {
        case .blocking: ("error", "Problem")
        case .warning: ("warning", "Warning")
        case .info: ("info", "Note")
        }
    }

    private static func mend(
        _ kind: Finding.Kind, _ draft: Broadcast, _ context: RequestContext
    ) -> (href: String, label: String)? {
        if draft.origin == .bulk, let mend = bulkMend(kind, draft, context) { return mend }
        return switch kind {
        case .noDeliveryChannel: (Paths.composeDelivery(draft.id), "Choose delivery channels")
        case .emptySubject, .emptyContent, .unreadableContent, .tooLarge, .missingValue:
            (Paths.composeMessage(draft.id), "Edit the message")
        case .noReceivers, .nobodyReached, .noAddress, .invalidAddress, .sharedAddress:
            (Paths.composeRecipients(draft.id), "Edit the recipients")
        case .noProvider(let channel), .troubledProvider(let channel), .providerPassedOver(let channel),
            .sandbox(let channel):
            ProviderSection.of(channel).flatMap { section in
                context.link(Paths.providers(section)).map { ($0, section.title) }
            }
        case .suppressed: context.link(Paths.suppressions).map { ($0, "Suppressions") }
        case .segments, .notExamined, .noUnsubscribe, .expired: nil
        }
    }
    /// Link to fix a finding of a bulk; `nil` if it is the same as for any message.
    private static func bulkMend(
        _ kind: Finding.Kind, _ draft: Broadcast, _ context: RequestContext
    ) -> (href: String, label: String)? {
        switch kind {
        case .noDeliveryChannel: (Paths.editBulk(draft.id), "Edit the bulk")
        case .emptySubject, .emptyContent, .unreadableContent, .tooLarge, .missingValue:
            draft.templateID.flatMap { context.link(Paths.editMessageTemplate($0)) }.map { ($0, "Edit the template") }
                ?? (Paths.bulk(draft.id), "See the bulk")
        case .noReceivers, .nobodyReached, .noAddress, .invalidAddress, .sharedAddress:
            (Paths.bulk(draft.id), "See the receivers")
        case .noProvider, .troubledProvider, .providerPassedOver, .sandbox, .segments, .notExamined, .suppressed,
            .noUnsubscribe, .expired:
            nil
        }
    }
}
