import HTTPServing
import Messaging

struct ModulesPage: Sendable {
    struct Row: Sendable {
        let name: String
        let title: String
        let text: String
        let isOn: Bool
        /// Parent module that is off although this module's own switch is on.
        let waitsFor: String?
        let changed: String?
        let changedISO: String?
        let changedBy: String?
        let turnOn: Bool
        let verb: String
    }

    let shell: Shell
    let tabs: [Tab]
    /// Target of the switch's form; `nil` with read-only access.
    let action: String?
    let rows: [Row]
}

/// Pages that switch modules on and off.
enum ModulesPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.modules, .one(.readModules)) { try show($0) },
            Route(.post, Paths.modules, .one(.updateModules), bodyLimit: 16 * 1024) { try turn($0) },
        ]
    }

    private static func show(_ context: RequestContext) throws -> Response {
        let modules = try context.services.access.modules()
        return try context.page(
            "Access/Modules",
            ModulesPage(
                shell: context.shell(.access), tabs: AccessTabs.all(context, at: Paths.modules),
                action: context.link(Paths.modules, .post), rows: Module.allCases.map { row($0, modules, context) }))
    }

    private static func row(_ module: Module, _ modules: Modules, _ context: RequestContext) -> ModulesPage.Row {
        let own = modules.switches[module]
        let isTurnedOn = own?.isOn != false
        let changed = own.map { context.time($0.changedAt) }
        return ModulesPage.Row(
            name: module.rawValue, title: module.title, text: module.about, isOn: modules.isOn(module),
            waitsFor: isTurnedOn && !modules.isOn(module) ? module.whole?.title : nil, changed: changed?.text,
            changedISO: changed?.iso, changedBy: own?.changedBy, turnOn: !isTurnedOn,
            verb: isTurnedOn ? "Switch off" : "Switch on")
    }

    private static func turn(_ context: RequestContext) throws -> Response {
        let form = Form(context.request)
        guard let module = Module(rawValue: form.raw("module")), ["on", "off"].contains(form.raw("turn")) else {
            throw Failure.badRequest("Choose a module and whether to switch it on or off.")
        }
        let isOn = form.raw("turn") == "on"
        try context.perform(SwitchModule(module, isOn: isOn))
        context.site.modules.forget()
        return context.redirect(
            to: context.link(Paths.modules) ?? Paths.account, .success,
            "\(module.title) is switched \(isOn ? "on" : "off").")
    }
}

extension Module {
    var title: String {
        switch self {
        case .communication: "Communication"
        case .channels: "Channels"
        }
    }

    /// What disappears and what stays when the module is off.
    var about: String {
        switch self {
        case .communication:
            "Composing, send logs, templates, providers and the calls of the API for them. When switched off, their pages and "
                + "calls are not available. Accepted messages are still delivered, and nothing is deleted."
        case .channels:
            "Named lists of subscribers, and adding recipients from them. When switched off, the lists are kept, "
                + "but they cannot be seen or used."
        }
    }
}
