import Messaging

// Bulk communications.
extension Paths {
    static let bulk = "/app/communications/bulk"
    static let newBulk = "\(bulk)/new"
    static func bulk(_ id: any Part) -> String { "\(bulk)/\(id)" }
    static func editBulk(_ id: any Part) -> String { "\(bulk(id))/edit" }
    static func deleteBulk(_ id: any Part) -> String { "\(bulk(id))/delete" }
    static func duplicateBulk(_ id: any Part) -> String { "\(bulk(id))/duplicate" }
    static func bulkPreview(_ id: any Part) -> String { "\(bulk(id))/preview" }
    static func bulkPreviewFrame(_ id: any Part) -> String { "\(bulkPreview(id))/email" }
    static func publishBulk(_ id: any Part) -> String { "\(bulk(id))/publish" }
    static func scheduleBulk(_ id: any Part) -> String { "\(bulk(id))/schedule" }
    static func unscheduleBulk(_ id: any Part) -> String { "\(bulk(id))/unschedule" }
    static func pauseBulk(_ id: any Part) -> String { "\(bulk(id))/pause" }
    static func resumeBulk(_ id: any Part) -> String { "\(bulk(id))/resume" }
    static func cancelBulk(_ id: any Part) -> String { "\(bulk(id))/cancel" }
    static func decideBulk(_ id: any Part, _ decision: BulkDecision) -> String {
        "\(bulk(id))/\(decision.rawValue.replacing("_", with: "-"))"
    }
    static func bulkChannels(_ id: any Part) -> String { "\(bulk(id))/channels" }
    static func bulkSearch(_ id: any Part) -> String { "\(bulk(id))/search" }
    static func bulkExport(_ id: any Part) -> String { "\(bulk(id))/receivers.csv" }
    static func removeBulkReceiver(_ id: any Part, receiver: any Part) -> String {
        "\(bulk(id))/receivers/\(receiver)/remove"
    }
}
