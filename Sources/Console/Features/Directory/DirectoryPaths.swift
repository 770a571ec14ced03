// Directory pages.
extension Paths {
    static let directoryHome = "/app/directory"
    static func directory(_ kind: any Part) -> String { "\(directoryHome)/\(kind)" }
    static func newRecord(_ kind: any Part) -> String { "\(directory(kind))/new" }
    static func record(_ kind: any Part, _ id: any Part) -> String { "\(directory(kind))/\(id)" }
    static func editRecord(_ kind: any Part, _ id: any Part) -> String { "\(record(kind, id))/edit" }
    static func deleteRecord(_ kind: any Part, _ id: any Part) -> String { "\(record(kind, id))/delete" }
    static func recordEmail(_ kind: any Part, _ id: any Part) -> String { "\(record(kind, id))/email" }
    static func recordSMS(_ kind: any Part, _ id: any Part) -> String { "\(record(kind, id))/sms" }
    static func recordSMSCount(_ kind: any Part, _ id: any Part) -> String { "\(record(kind, id))/sms/count" }
    static func directoryImport(_ kind: any Part) -> String { "\(directory(kind))/import" }
}

// Directory in the JSON API.
extension Paths {
    static func apiEntities(_ kind: any Part) -> String { "\(api)/entities/\(kind)" }
    static func apiEntity(_ kind: any Part, _ externalID: any Part) -> String { "\(apiEntities(kind))/\(externalID)" }
}
