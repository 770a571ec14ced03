import HTTPServing
import Messaging

/// `/api/v1/entities/{kind}/{external_id}/devices`: the company's app says on which devices its people are.
enum DevicesAPI {
    static var routes: [Route] {
        let all = Paths.apiDevices("{kind}", "{external_id}")
        // A token may be the address of a browser's push service, slashes included.
        let one = Paths.apiDevice("{kind}", "{external_id}", "{token...}")
        return [
            Route(.get, all, .one(.readDirectory), face: .program, policy: .data) { context in
                let devices = try context.services.devices.devices(of: try EntitiesAPI.entity(context).id)
                // A record has so few that they are one page.
                return API.json(["items": .list(devices.map(json)), "next": nil])
            },
            Route(.get, one, .one(.readDirectory), face: .program, policy: .data) { context in
                let token = token(context)
                let devices = try context.services.devices.devices(of: try EntitiesAPI.entity(context).id)
                guard let device = devices.first(where: { $0.token == token }) else { throw Failure.notFound }
                return API.json(json(device))
            },
            Route(.put, one, .one(.updateDirectory), face: .program, policy: .data) { try put($0) },
            Route(.delete, one, .one(.updateDirectory), face: .program, policy: .data) { try delete($0) },
        ]
    }

    private static func token(_ context: RequestContext) -> String { context.request.parameters["token"] ?? "" }

    private static func put(_ context: RequestContext) throws -> Response {
        let entity = try EntitiesAPI.entity(context)
        let token = token(context)
        var body = try BodyReader(context.request)
        if !DeviceToken.isValid(token) { body.reject("token", AddressProblem.invalidToken.message) }
        if let named = body.text("token"), named != token {
            body.reject("token", "The address names another device.")
        }
        let platform = body.text("platform").flatMap(DevicePlatform.init(rawValue:))
        if platform == nil, !body.rejected("platform") {
            body.reject(
                "platform", "This must be one of \(EnglishFormat.list(DevicePlatform.allCases.map(\.rawValue))).")
        }
        let name = body.line("name", limit: DeviceToken.longestName) ?? ""
        try body.finish()
        guard let platform else { throw Failure.invalid(body.problems) }
        let device = Device(
            token: token, platform: platform, name: name, registeredAt: context.now, lastSeenAt: context.now)
        let result: DeviceRegistered
        do {
            result = try context.perform(RegisterDevice(device, of: entity))
        } catch StoreConflict.state {
            throw Failure.conflict(
                "\(entity.displayName) has \(DeviceToken.mostOfARecord) devices already. Remove one of them first.")
        }
        var response = API.json(json(result.device), status: result.change == .registered ? 201 : 200)
        if result.change == .registered {
            response.headers["Location"] = Paths.apiDevice(
                entity.kind.plural, Paths.encode(entity.externalID), Paths.encode(token))
        }
        return response
    }

    private static func delete(_ context: RequestContext) throws -> Response {
        let entity = try EntitiesAPI.entity(context)
        let token = token(context)
        try context.perform(RemoveDevice(token: token, of: entity))
        return .noContent
    }

    private static func json(_ device: Device) -> JSONValue {
        [
            "token": .string(device.token), "platform": .string(device.platform.rawValue),
            "name": JSONValue(device.name.isEmpty ? nil : device.name),
            "registered_at": JSONValue(device.registeredAt), "last_seen_at": JSONValue(device.lastSeenAt),
        ]
    }
}

extension Paths {
    static func apiDevices(_ kind: any Part, _ externalID: any Part) -> String {
        "\(apiEntity(kind, externalID))/devices"
    }
    static func apiDevice(_ kind: any Part, _ externalID: any Part, _ token: any Part) -> String {
        "\(apiDevices(kind, externalID))/\(token)"
    }
}
