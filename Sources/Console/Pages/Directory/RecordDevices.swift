import HTTPServing
import Messaging

/// A device as a record's page lists it.
struct RecordDevice: Sendable {
    let name: String
    let platform: String
    let token: String
    let seen: String
    let seenISO: String
    /// Push goes to the one that was seen last.
    let isFirst: Bool
    let removeAction: String?
}

/// The devices on a record's page, and *Remove*.
enum RecordDevices {
    static var routes: [Route] {
        [
            Route(.post, Paths.removeDevice("{kind}", "{id}", "{device}"), .one(.updateDirectory)) { visit in
                try remove(visit)
            }
        ]
    }

    static func all(of entity: Entity, _ visit: Visit) throws -> [RecordDevice] {
        try visit.services.devices.devices(of: entity.id).enumerated().map { index, device in
            let seen = visit.time(device.lastSeenAt)
            return RecordDevice(
                name: device.label, platform: device.platform.title, token: DeviceToken.shortened(device.token),
                seen: seen.text, seenISO: seen.iso, isFirst: index == 0,
                removeAction: visit.link(Paths.removeDevice(entity.kind.plural, entity.id, device.id), .post))
        }
    }

    private static func remove(_ visit: Visit) throws -> Response {
        let entity = try visit.record()
        let id = try visit.id("device")
        let back = visit.link(Paths.record(entity.kind.plural, entity.id)) ?? Paths.home
        let device = try visit.services.devices.devices(of: entity.id).first { $0.id == id }
        guard let device, try visit.services.devices.removeDevice(token: device.token, of: entity.id) else {
            return visit.redirect(to: back, .info, "This device was removed already.")
        }
        try visit.audit(
            "remove device", "\(entity.kind.rawValue) \(entity.externalID)",
            detail: "\(device.label) \(DeviceToken.shortened(device.token))")
        return visit.redirect(to: back, .success, "\(device.label) was removed. Push does not reach it any more.")
    }
}

extension Paths {
    static func removeDevice(_ kind: any Part, _ id: any Part, _ device: any Part) -> String {
        "\(record(kind, id))/devices/\(device)/remove"
    }
}
