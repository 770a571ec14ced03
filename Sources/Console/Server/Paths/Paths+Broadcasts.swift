// Bulk broadcasts in the JSON API.
extension Paths {
    static let apiBroadcasts = "/api/v1/broadcasts"
    static func apiBroadcast(_ id: any Part) -> String { "\(apiBroadcasts)/\(id)" }
    static func apiBroadcastAction(_ id: any Part, _ action: any Part) -> String { "\(apiBroadcast(id))/\(action)" }
    static func apiReceivers(_ id: any Part) -> String { "\(apiBroadcast(id))/receivers" }
    static func apiReceiver(_ id: any Part, _ receiver: any Part) -> String { "\(apiReceivers(id))/\(receiver)" }
}
