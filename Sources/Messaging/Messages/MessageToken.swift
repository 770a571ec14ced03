/// The name of a message outside: the left part of its `Message-ID` and the key given to providers that repeat safely.
/// The same for all attempts, and no other installation makes it.
public enum MessageToken {
    public static func text(messageID: Int64, installation: String) -> String {
        "\(String(messageID, radix: 36)).\(installation)"
    }

    /// The message a name belongs to; `nil` for one that another installation, or nobody, made.
    public static func messageID(_ text: String, installation: String) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1] == installation, let id = Int64(parts[0], radix: 36), id > 0,
            Self.text(messageID: id, installation: installation) == text
        else { return nil }
        return id
    }
}
