import Messaging

extension ReceiversAdding {
    /// Result text: `1,204 recipients were added. 2 were in the list already and merged: Ada Lovelace, Grace Hopper.`
    /// `person` is the page's term for one of them.
    func words(_ person: String) -> String {
        var sentences: [String] = []
        if added > 0 || merged == 0 {
            sentences.append("\(EnglishFormat.count(added, person)) \(added == 1 ? "was" : "were") added.")
        }
        if merged > 0 {
            let names = mergedNames.joined(separator: ", ")
            let rest = merged - mergedNames.count
            let others = rest > 0 ? " and \(EnglishFormat.count(rest, "other"))" : ""
            sentences.append(
                "\(EnglishFormat.count(merged)) \(merged == 1 ? "was" : "were") in the list already and merged"
                    + (names.isEmpty ? "." : ": \(names)\(others)."))
        }
        if goesOn { sentences.append("The others are being added.") }
        return sentences.joined(separator: " ")
    }
}
