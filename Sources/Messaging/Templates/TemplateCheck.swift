/// What is wrong with a template, a wrapper or a mail template, by the names of form fields, in words for its author.
/// The console and the API say the same.
public struct TemplateProblem: Sendable, Hashable {
    public var field: String
    public var message: String

    public init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }
}

public enum TemplateLimits {
    /// Characters.
    public static let name = 200
    /// Declared variables, and parameters of a provider's template.
    public static let variables = 200
    /// Characters of a notification's title; Android and iOS show less.
    public static let notificationTitle = 200
    /// Characters of a notification's body. Push services take 4 KB for all of it.
    public static let notificationBody = 2000
    /// Characters.
    public static let url = 2000
}

extension MessageTemplateDraft {
    /// Empty when it can be stored.
    public var problems: [TemplateProblem] {
        var problems = nameProblems(name)
        for (field, text, kind) in texts {
            do {
                _ = try MergeTemplate(text, as: kind)
            } catch {
                problems.append(
                    TemplateProblem(field, (error as? MergeTemplateError)?.message ?? "This template cannot be read."))
            }
        }
        problems += lengths + gaps + variableProblems
        problems += notification(push, "push") + notification(inApp, "in_app")
        var seen = Set<String>()
        return problems.filter { seen.insert($0.field).inserted }
    }

    private var lengths: [TemplateProblem] {
        var problems: [TemplateProblem] = []
        if email.subject.count > ContentLimits.subject {
            problems.append(TemplateProblem("email_subject", "At most \(ContentLimits.subject) characters."))
        }
        let texts: [(String, String, DeliveryChannel)] = [
            ("email_html", email.html, .email), ("sms_text", sms.text, .sms),
            ("whatsapp_text", whatsapp.text, .whatsapp),
        ]
        return problems
            + texts.compactMap { field, text, channel in
                ContentLimits.problem(with: text, for: channel).map { TemplateProblem(field, $0) }
            }
    }

    private var gaps: [TemplateProblem] {
        let hasHTML = content(for: .email) != nil
        let hasSubject = !email.subject.allSatisfy(\.isWhitespace)
        if hasHTML, !hasSubject { return [TemplateProblem("email_subject", "Enter a subject for the email.")] }
        if hasSubject, !hasHTML {
            return [TemplateProblem("email_html", "Write the email, or leave its subject empty.")]
        }
        if !whatsapp.providerTemplate.isEmpty, content(for: .whatsapp) == nil {
            return [TemplateProblem("whatsapp_text", "Enter the approved text as well. Previews and the log show it.")]
        }
        guard deliveryChannels.isEmpty else { return [] }
        return [TemplateProblem("content", "Write the content of at least one delivery channel.")]
    }

    private var variableProblems: [TemplateProblem] {
        var problems: [TemplateProblem] = []
        for (field, names) in [("variables", variables), ("whatsapp_parameters", whatsapp.parameters)] {
            if let name = names.first(where: { !TemplateVariables.isName($0) }) {
                problems.append(
                    TemplateProblem(
                        field,
                        "“\(name.prefix(60))” is not a valid name. Use letters without accents, digits, dots, - and _.")
                )
            }
            if names.count > TemplateLimits.variables {
                problems.append(TemplateProblem(field, "Enter at most \(TemplateLimits.variables) names."))
            }
        }
        if whatsapp.providerTemplate.isEmpty, !(whatsapp.language.isEmpty && whatsapp.parameters.isEmpty) {
            problems.append(
                TemplateProblem(
                    "whatsapp_template",
                    "Enter the name of the provider's template for this language and these parameters."))
        }
        return problems
    }

    private func notification(_ part: NotificationPart, _ prefix: String) -> [TemplateProblem] {
        var problems = part.problems(prefix)
        let isBlank = part.body.allSatisfy(\.isWhitespace)
        if isBlank, ![part.title, part.icon, part.actionURL].allSatisfy(\.isEmpty) {
            problems.append(TemplateProblem("\(prefix)_body", "Write the body, or leave the other fields empty."))
        }
        return problems
    }
}

extension MessageTemplateDraft.NotificationPart {
    /// What is too long or no address, by the names of form fields; an empty part has none.
    public func problems(_ prefix: String) -> [TemplateProblem] {
        var problems: [TemplateProblem] = []
        if title.count > TemplateLimits.notificationTitle {
            problems.append(
                TemplateProblem("\(prefix)_title", "At most \(TemplateLimits.notificationTitle) characters."))
        }
        if body.count > TemplateLimits.notificationBody {
            problems.append(TemplateProblem("\(prefix)_body", "At most \(TemplateLimits.notificationBody) characters."))
        }
        for (field, url) in [("\(prefix)_icon", icon), ("\(prefix)_action_url", actionURL)] {
            if !Self.isWebAddress(url) {
                problems.append(TemplateProblem(field, "Enter an address that begins with https:// or http://."))
            }
        }
        return problems
    }

    private static func isWebAddress(_ url: String) -> Bool {
        if url.isEmpty { return true }
        let start = url.prefix(8).lowercased()
        return url.count <= TemplateLimits.url && !url.contains(where: \.isWhitespace)
            && (start.hasPrefix("https://") || start.hasPrefix("http://"))
    }
}

extension EmailWrapperDraft {
    public var problems: [TemplateProblem] {
        var problems = nameProblems(name)
        problems += htmlProblems([("header_html", headerHTML), ("html", html), ("footer_html", footerHTML)])
        if !problems.contains(where: { $0.field == "html" }) {
            if EmailDocument.isDocument(html) {
                problems.append(
                    TemplateProblem("html", "Enter only the content of the body. The document around it is added."))
            } else if let problem = ContentSlot.problem(in: html) {
                problems.append(TemplateProblem("html", problem.message))
            }
        }
        return problems
    }
}

extension MailTemplateDraft {
    public var problems: [TemplateProblem] {
        var problems = nameProblems(name)
        problems += htmlProblems([("header_html", headerHTML), ("footer_html", footerHTML)])
        if [headerHTML, footerHTML].allSatisfy({ $0.allSatisfy(\.isWhitespace) }) {
            problems.append(TemplateProblem("header_html", "Enter a header, a footer or both."))
        }
        return problems
    }
}

private func nameProblems(_ name: String) -> [TemplateProblem] {
    if name.allSatisfy(\.isWhitespace) { return [TemplateProblem("name", "Enter a name.")] }
    if name.count > TemplateLimits.name {
        return [TemplateProblem("name", "At most \(TemplateLimits.name) characters.")]
    }
    return []
}

private func htmlProblems(_ fields: [(String, String)]) -> [TemplateProblem] {
    fields.compactMap { field, html in
        if html.utf8.count > ContentLimits.email / 4 {
            return TemplateProblem(field, "At most \(ContentLimits.email / 4 / 1024) KB.")
        }
        do {
            _ = try MergeTemplate(html, as: .html)
            return nil
        } catch {
            return TemplateProblem(field, (error as? MergeTemplateError)?.message ?? "This template cannot be read.")
        }
    }
}
