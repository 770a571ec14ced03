import Foundation
import HTTPServing
import Messaging

struct GeneralSettingsPage: Sendable {
    let shell: Shell
    let tabs: [Tab]
    let action: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let sections: [FormSection]
}

/// Settings for all delivery channels: the region of numbers without a country code.
enum GeneralSettingsPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.generalSettings, .one(.readModules)) { context in
                try show(context, Form(Fields([("region", try context.phones().region)])))
            },
            Route(.post, Paths.generalSettings, .one(.updateModules)) { try save($0) },
        ]
    }

    private static func save(_ context: RequestContext) throws -> Response {
        var form = Form(context.request)
        let region = form.line("region", limit: 2)
        if !region.isEmpty, !context.services.phones.regions.contains(where: { $0.code == region }) {
            form.reject("region", "Choose a region of the list, or none.")
        }
        guard form.isValid else { return try show(context, form, status: 422) }
        try context.perform(SetDefaultRegion(region))
        return context.redirect(to: Paths.generalSettings, .success, "Saved.")
    }

    private static func show(_ context: RequestContext, _ form: Form, status: Int = 200) throws -> Response {
        let field = FormField.select(
            "region", "Default region of phone numbers",
            options: [("", "None: numbers must be international")] + options(context.services.phones),
            chosen: form.raw("region"),
            hint: "A number typed or imported without a country code is taken for one of this region. Numbers that are "
                + "stored stay as they are.", error: form.error("region"))
        return try context.page(
            "Settings/GeneralSettings",
            GeneralSettingsPage(
                shell: context.shell(.communicationSettings),
                tabs: try SettingsTabs.all(context, at: Paths.generalSettings),
                action: Paths.generalSettings, hasProblems: !form.isValid, problems: form.summary,
                sections: [FormSection(title: nil, hint: nil, fields: [field])]), status: status)
    }

    /// Regions sorted by their display names.
    private static func options(_ rules: any PhoneRules) -> [(value: String, label: String)] {
        let english = Locale(identifier: "en")
        return rules.regions.map { region in
            let name = english.localizedString(forRegionCode: region.code) ?? region.code
            return (region.code, "\(name) (+\(region.callingCode))")
        }.sorted { $0.1 < $1.1 }
    }
}

extension Paths {
    static let generalSettings = "\(communicationSettings)/general"
}
