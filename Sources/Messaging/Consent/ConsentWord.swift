import Foundation

/// A text message that is nothing but a word about consent, in whatever case, accents and punctuation: `STOP`, `Arrêt!`.
///
/// *stop by at 5* and *cancel my appointment* are conversation. Sources: 47 CFR 64.1200(a)(10) as of 2025-04-11 (stop, quit,
/// end, revoke, opt out, cancel, unsubscribe), the defaults of Twilio, AWS and Telnyx, the Canadian short code guidelines
/// (ARRET, AIDE), and the usual words of the other languages. Do not ask people to answer with one of these words.
public enum ConsentWord: Sendable, Hashable {
    case stop, start
    /// Wants to know who we are and how to stop us.
    case help

    public init?(_ text: String) {
        guard text.utf8.count <= Self.longestText else { return nil }
        let words = Self.normalised(text)
        if Self.stops.contains(words) {
            self = .stop
        } else if Self.starts.contains(words) {
            self = .start
        } else if Self.helps.contains(words) {
            self = .help
        } else {
            return nil
        }
    }

    /// Bytes; a longer message is more than a word, whatever it is decorated with.
    private static let longestText = 100

    private static let stops: Set<String> = [
        "stop", "stopall", "stop all", "quit", "end", "revoke", "opt out", "optout", "cancel", "unsubscribe", "remove",
        // fr
        "arret", "desabo", "desabonner",
        // de
        "stopp", "abmelden", "abbestellen",
        // es, pt
        "baja", "alto", "parar", "cancelar", "sair", "pare",
        // it, nl, pl, sv
        "cancellami", "afmelden", "stoppen", "rezygnuje", "avsluta",
    ]
    private static let starts: Set<String> = ["start", "unstop", "subscribe"]
    private static let helps: Set<String> = ["help", "info", "aide", "hilfe", "ayuda", "ajuda"]

    /// Letters and digits without case, accents and width, words apart by one space.
    private static func normalised(_ text: String) -> String {
        let plain = text.precomposedStringWithCompatibilityMapping
            .folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
        var words = ""
        for scalar in plain.unicodeScalars {
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                words.unicodeScalars.append(scalar)
            } else if scalar.properties.isWhitespace, !words.isEmpty, words.last != " " {
                words.append(" ")
            }
        }
        return words.last == " " ? String(words.dropLast()) : words
    }
}
