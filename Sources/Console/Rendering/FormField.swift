import Foundation

struct SelectOption: Sendable {
    let value: String
    let label: String
    let selected: Bool
}

struct FormProblem: Sendable {
    let href: String
    let message: String
}

struct FormSection: Sendable {
    let title: String?
    let hint: String?
    let fields: [FormField]
}

/// One form field, rendered by `Shared/Field`. Exactly one of the four kinds is set.
struct FormField: Sendable {
    var id: String
    var name: String
    var label: String
    var isInput = false
    var isSelect = false
    var isTextarea = false
    var isCheckbox = false
    var type = ""
    var value = ""
    var options: [SelectOption] = []
    var checked = false
    var hint: String?
    var error: String?
    var required = false
    var placeholder: String?
    var autocomplete: String?
    var inputmode: String?
    var min: String?
    var max: String?
    var width = ""
    var timeZone = false

    private init(_ name: String, _ label: String) {
        id = Self.anchor(name)
        self.name = name
        self.label = label
    }

    static func anchor(_ name: String) -> String { "f-\(name)" }

    static func input(
        _ name: String, _ label: String, type: String = "text", value: String = "", hint: String? = nil,
        error: String? = nil, required: Bool = false, autocomplete: String? = nil, width: String = ""
    ) -> FormField {
        var field = FormField(name, label)
        field.isInput = true
        field.type = type
        // Passwords are never rendered.
        field.value = type == "password" ? "" : value
        (field.hint, field.error, field.required) = (hint, error, required)
        (field.autocomplete, field.width) = (autocomplete, width)
        return field
    }

    static func checkbox(_ name: String, _ label: String, checked: Bool, hint: String? = nil) -> FormField {
        var field = FormField(name, label)
        field.isCheckbox = true
        field.checked = checked
        field.hint = hint
        return field
    }

    static func select(
        _ name: String, _ label: String, options: [(value: String, label: String)], chosen: String,
        hint: String? = nil, error: String? = nil, required: Bool = false
    ) -> FormField {
        var field = FormField(name, label)
        field.isSelect = true
        field.options = options.map { SelectOption(value: $0.value, label: $0.label, selected: $0.value == chosen) }
        (field.hint, field.error, field.required) = (hint, error, required)
        return field
    }

    /// Select with all time zones known to this machine. `asksBrowser`: a script preselects the browser's zone if none
    /// is chosen.
    static func timeZone(_ chosen: String, error: String?, asksBrowser: Bool) -> FormField {
        let known = zones.map { (value: $0, label: $0.replacingOccurrences(of: "_", with: " ")) }
        var field = select(
            "time_zone", "Time zone", options: [("", "Choose a time zone")] + known, chosen: chosen,
            hint: "All times are shown in it.", error: error, required: true)
        field.timeZone = asksBrowser
        return field
    }

    private static let zones: [String] = {
        let regions = [
            "Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/",
        ]
        let named = TimeZone.knownTimeZoneIdentifiers.filter { name in regions.contains { name.hasPrefix($0) } }
        return ["UTC"] + named.sorted()
    }()
}

extension Form {
    /// Error summary above a form: one link per error, to its field.
    var summary: [FormProblem] {
        problems.map { FormProblem(href: "#\(FormField.anchor($0.field))", message: $0.message) }
    }
}
