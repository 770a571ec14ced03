import HTTPServing
import Messaging

struct ChannelFormPage: Sendable {
    let shell: Shell
    let backHref: String
    let backLabel: String
    let title: String
    let action: String
    let saveLabel: String
    let hasProblems: Bool
    let problems: [FormProblem]
    var conflict: SaveConflict?
    var version = "0"
    let sections: [FormSection]
}

/// Pages that add, change and delete a channel.
enum ChannelEditor {
    static let nameLimit = 200
    /// Maximum length in bytes.
    static let descriptionLimit = 2000

    static var routes: [Route] {
        [
            Route(.get, Paths.newChannel, .one(.createChannels)) { try page($0, nil, Form(Fields())) },
            Route(.post, Paths.channels, .one(.createChannels)) { try create($0) },
            Route(.get, Paths.editChannel("{id}"), .one(.updateChannels)) { context in
                let channel = try context.channel()
                let stored = Fields([("name", channel.name), ("description", channel.description)])
                return try page(context, channel, Form(stored))
            },
            Route(.post, Paths.editChannel("{id}"), .one(.updateChannels)) { try save($0) },
            Route(.get, Paths.deleteChannel("{id}"), .one(.deleteChannels)) { try question($0) },
            Route(.post, Paths.deleteChannel("{id}"), .one(.deleteChannels)) { try delete($0) },
        ]
    }

    private static func create(_ context: RequestContext) throws -> Response {
        var form = Form(context.request)
        let (name, description) = read(&form)
        guard form.isValid else { return try page(context, nil, form, status: 422) }
        let id = try context.perform(CreateChannel(name: name, description: description))
        return context.redirect(
            to: context.link(Paths.channel(id)) ?? Paths.account, .success, "Channel created. Add subscribers."
        )
    }

    private static func save(_ context: RequestContext) throws -> Response {
        let channel = try context.channel()
        var form = Form(context.request)
        let (name, description) = read(&form)
        guard form.isValid else { return try page(context, channel, form, status: 422) }
        let version = form.number("keep_mine") ?? form.number("version") ?? 0
        do {
            try context.perform(
                UpdateChannel(id: channel.id, version: version, name: name, description: description))
        } catch StoreConflict.version {
            let stored = try context.channel()
            let conflict = SaveConflict(
                by: nil, version: stored.version, reloadHref: Paths.editChannel(channel.id),
                fields: [("Name", name, stored.name), ("Description", description, stored.description)])
            return try page(context, stored, form, status: 409, conflict: conflict)
        }
        return context.redirect(to: context.link(Paths.channel(channel.id)) ?? Paths.account, .success, "Saved.")
    }

    static func read(_ form: inout Form) -> (name: String, description: String) {
        (
            form.line("name", limit: nameLimit, required: "Give the channel a name."),
            form.text("description", limit: descriptionLimit)
        )
    }

    static func fields(_ form: Form) -> [FormField] {
        var description = FormField.input(
            "description", "Description", value: form.raw("description"), hint: "What the list is for.",
            error: form.error("description"))
        (description.isInput, description.isTextarea) = (false, true)
        return [
            .input(
                "name", "Name", value: form.raw("name"), error: form.error("name"), required: true, autocomplete: "off"),
            description,
        ]
    }

    private static func page(
        _ context: RequestContext, _ channel: Channel?, _ form: Form, status: Int = 200, conflict: SaveConflict? = nil
    ) throws -> Response {
        let model = ChannelFormPage(
            shell: context.shell(.communicationSettings),
            backHref: channel.map { Paths.channel($0.id) } ?? Paths.channels, backLabel: channel?.name ?? "Channels",
            title: channel == nil ? "Add Channel" : "Edit \(channel?.name ?? "")",
            action: channel.map { Paths.editChannel($0.id) } ?? Paths.channels,
            saveLabel: channel == nil ? "Add Channel" : "Save", hasProblems: !form.isValid, problems: form.summary,
            conflict: conflict, version: form.has("version") ? form.raw("version") : String(channel?.version ?? 0),
            sections: [FormSection(title: nil, hint: nil, fields: fields(form))])
        return try context.page("Channels/ChannelForm", model, status: status)
    }

    private static func question(_ context: RequestContext) throws -> Response {
        let channel = try context.channel()
        return try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.communicationSettings), title: "Delete \(channel.name)?",
                text: "The list and who was typed into it will be gone. Members, locations and accounts stay, and so "
                    + "does what was sent.",
                facts: [Fact(label: "Subscribers", value: EnglishFormat.count(channel.subscriberCount))],
                action: Paths.deleteChannel(channel.id), confirmLabel: "Delete channel", busyLabel: "Deleting…",
                danger: true, cancelHref: Paths.channels))
    }

    private static func delete(_ context: RequestContext) throws -> Response {
        let channel = try context.channel()
        try context.perform(DeleteChannel(channel))
        return context.redirect(
            to: context.link(Paths.channels) ?? Paths.account, .success, "“\(channel.name)” was deleted.")
    }
}
