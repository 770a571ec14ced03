/// The name of a message outside: the left part of its `Message-ID` and the key given to providers that repeat safely.
/// The same for all attempts, and no other installation makes it.
public enum MessageToken {
    public static func text(messageID: Int64, installation: String) -> String {
        "\(String(messageID, radix: 36)).\(installation)"
    }
}
