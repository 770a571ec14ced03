import Foundation
import Messaging
import Testing

@testable import Console
@testable import HTTPServing

extension SiteFixture {
    /// Uploads a file through the form at a path, as a browser does.
    func upload(_ name: String, _ bytes: [UInt8], to path: String) throws -> Response {
        _ = get(path)
        let spool = try SpoolFile(directory: NSTemporaryDirectory())
        try bytes.withUnsafeBytes { try spool.append($0) }
        try spool.finish()
        var request = Request(.post, path, form: [("csrf", csrf)])
        request.files = [UploadedFile(field: "file", filename: name, contentType: "text/csv", spool: spool)]
        return send(request)
    }

    /// Waits for the import to end and returns its page.
    func finished(_ path: String) async throws -> String {
        while true {
            let text = get(path).text
            if !text.contains("every 1s") { return text }
            await Task.yield()
        }
    }
}
