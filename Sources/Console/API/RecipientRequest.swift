import Messaging

/// `to`: exactly one of `email`, `mobile`, `device` and `entity`, and a name for the first three.
enum RecipientRequest {
    private static let ways = ["email", "mobile", "entity", "device"]

    /// `nil` when there is a problem, which `to` then holds.
    static func read(_ to: inout BodyReader, _ channel: DeliveryChannel, _ context: RequestContext) throws
        -> FanOutReceiver?
    {
        var given: [String] = []
        for way in ways where to.value(way) != nil { given.append(way) }
        guard given.count == 1, let way = given.first else {
            to.reject(
                "",
                given.isEmpty
                    ? "Give an email, a mobile, a device or an entity."
                    : "Give one of \(EnglishFormat.list(given)) only.")
            return nil
        }
        switch way {
        case "entity": return try entity(&to, channel, context)
        default: return try typed(&to, way, channel, context)
        }
    }

    private static func typed(
        _ to: inout BodyReader, _ way: String, _ channel: DeliveryChannel, _ context: RequestContext
    ) throws -> FanOutReceiver? {
        let name = to.line("name", limit: 200) ?? ""
        guard let text = to.line(way, limit: way == "device" ? DeviceToken.longest : 320) else { return nil }
        guard way == channel.addressKind.rawValue else {
            to.reject(way, "\(channel.title) needs \(needs(channel)).")
            return nil
        }
        var receiver = Receiver(origin: .api)
        let phones = way == "mobile" ? try context.phones() : nil
        do throws(AddressProblem) {
            if let phones {
                receiver.mobile = try phones.e164(text)
            } else if way == "device" {
                receiver.device = try Address(text, for: .push).value
            } else {
                receiver.email = try EmailAddress(text).text
            }
        } catch {
            to.reject(way, error.message)
            return nil
        }
        (receiver.firstName, receiver.lastName) = split(name)
        return FanOutReceiver(receiver: receiver)
    }

    private static func needs(_ channel: DeliveryChannel) -> String {
        switch channel.addressKind {
        case .email: "an email or an entity"
        case .mobile: "a mobile or an entity"
        case .device: "a device or an entity"
        case .entity: "an entity"
        }
    }

    /// The first word, and the rest: `Jan van der Merwe` is Jan. Joined again they are the name as it came.
    private static func split(_ name: String) -> (String, String) {
        let parts = name.split(separator: " ", maxSplits: 1).map(String.init)
        return (parts.first ?? "", parts.count == 2 ? parts[1] : "")
    }

    private static func entity(
        _ to: inout BodyReader, _ channel: DeliveryChannel, _ context: RequestContext
    ) throws -> FanOutReceiver? {
        if to.value("name") != nil { to.reject("name", "An entity has a name of its own.") }
        guard var reference = to.nested("entity") else { return nil }
        defer {
            reference.rejectUnknown()
            to.take(problemsOf: reference)
        }
        let kindName = reference.text("kind")
        guard let kind = kindName.flatMap(EntityKind.init(rawValue:)) else {
            reference.reject("kind", "This must be one of \(EnglishFormat.list(EntityKind.allCases.map(\.rawValue))).")
            _ = reference.text("external_id")
            return nil
        }
        guard let externalID = reference.line("external_id", limit: 200), !externalID.isEmpty else {
            if !reference.rejected("external_id") { reference.reject("external_id", "Say which \(kind.rawValue).") }
            return nil
        }
        guard let entity = try context.services.directory.entity(kind: kind, externalID: externalID) else {
            reference.reject("external_id", "There is no \(kind.rawValue) “\(externalID)”.")
            return nil
        }
        var receiver = try context.services.directory.receiver(of: entity, origin: .api)
        if channel == .push {
            receiver.receiver.device = try context.services.devices.latestDevice(of: entity.id)?.token ?? ""
        }
        if case .unusable(let reason) = ReceiverAddress(of: receiver.receiver, for: channel) {
            reference.reject("external_id", "\(entity.displayName): \(reason).")
            return nil
        }
        return receiver
    }
}

extension DirectoryQueries {
    /// A record with what it links to, the way the fan-out will see it: what is nearer wins.
    func receiver(of entity: Entity, origin: ReceiverOrigin) throws -> FanOutReceiver {
        let member = entity.kind == .member ? entity : try entity.memberID.flatMap { try self.entity($0) }
        let account =
            entity.kind == .account
            ? entity : try (entity.accountID ?? member?.accountID).flatMap { try self.entity($0) }
        let place = entity.locationID ?? member?.locationID ?? account?.locationID
        let location = entity.kind == .location ? entity : try place.flatMap { try self.entity($0) }
        return FanOutReceiver(
            receiver: Receiver(of: entity, member: member, account: account, origin: origin), entity: entity,
            member: member, account: account, location: location)
    }
}
