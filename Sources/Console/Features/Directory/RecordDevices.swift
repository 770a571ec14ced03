import HTTPServing
import Messaging

/// A device on a record's page.
struct RecordDevice: Sendable {
    let name: String
    let platform: String
    let token: String
    let seen: String
    let seenISO: String
    /// Push messages go to the most recently seen device.
    let isFirst: Bool
    let removeAction: String?
}

/// Device list on a record's page, and *Remove*.
enum RecordDevices {
    static var routes: [Route] {
        [
            Route(.post, Paths.removeDevice("{kind}", "{id}", "{device}"), .one(.updateDirectory)) { context in
                try remove(context)
            }
        ]
    }

    static func all(of entity: Entity, _ context: RequestContext) throws -> [RecordDevice] {
        try context.services.devices.devices(of: entity.id).enumerated().map { index, device in
            let seen = context.time(device.lastSeenAt)
            return RecordDevice(
                name: device.label, platform: device.platform.title, token: DeviceToken.shortened(device.token),
                seen: seen.text, seenISO: seen.iso, isFirst: index == 0,
                removeAction: context.link(Paths.removeDevice(entity.kind.plural, entity.id, device.id), .post))
        }
    }

    private static func remove(_ context: RequestContext) throws -> Response {
        let entity = try context.record()
        let id = try context.id("device")
        let back = context.link(Paths.record(entity.kind.plural, entity.id)) ?? Paths.home
        let device = try context.services.devices.devices(of: entity.id).first { $0.id == id }
        func gone() -> Response { context.redirect(to: back, .info, "This device was removed already.") }
        guard let device else { return gone() }
        do {
            try context.perform(RemoveDevice(token: device.token, label: device.label, of: entity))
        } catch StoreConflict.notFound {
            return gone()
        }
        return context.redirect(to: back, .success, "\(device.label) was removed. It no longer receives push messages.")
    }
}

extension Paths {
    static func removeDevice(_ kind: any Part, _ id: any Part, _ device: any Part) -> String {
        "\(record(kind, id))/devices/\(device)/remove"
    }
}
