// Who must not be written to, and where people say so.
extension Paths {
    static let suppressions = "\(communicationSettings)/suppressions"
    static let newSuppression = "\(suppressions)/new"
    static let suppressionImport = "\(suppressions)/import"
    static let suppressionExport = "\(suppressions)/export.csv"
    static func removeSuppression(_ id: any Part) -> String { "\(suppressions)/\(id)/remove" }

    /// Messages whose hand-off got no answer.
    static let inDoubt = "/app/communications/in-doubt"

    static let apiSuppressions = "/api/v1/suppressions"
    static func apiSuppression(_ id: any Part) -> String { "\(apiSuppressions)/\(id)" }

    /// In mails: it must never change.
    static func unsubscribe(_ token: any Part) -> String { "/u/\(token)" }
}
