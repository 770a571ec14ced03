import Messaging

extension MessageBody {
    /// Also where it begins in one segment and ends in another.
    func contains(text: String) -> Bool {
        let overlap = max(0, text.utf8.count - 1)
        var end: [UInt8] = []
        for index in 0..<segmentCount {
            let segment = self[segment: index]
            if segment.contains(text: text) || (end + segment.prefix(overlap)).contains(text: text) { return true }
            end = Array((end + segment.suffix(overlap)).suffix(overlap))
        }
        return false
    }
}
