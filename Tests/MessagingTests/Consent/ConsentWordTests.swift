import Messaging
import Testing

@Suite("Consent keywords")
struct ConsentWordTests {
    @Test(
        "A message that consists of the keyword is recognised in any spelling",
        arguments: [
            "STOP", "stop", " Stop. ", "STOP!", "“stop”", "Stop 🙏", "ＳＴＯＰ", "st\u{200B}op", "Stop All", "stopall",
            "opt-out", "Opt Out", "OPTOUT", "Arrêt", "ARRET", "Unsubscribe", "quit", "END", "revoke", "cancel",
            "abmelden", "BAJA", "sair", "désabonner",
        ])
    func stop(text: String) { #expect(ConsentWord(text) == .stop) }

    @Test("Opting in requires an unambiguous keyword", arguments: ["START", "unstop", "Subscribe!"])
    func start(text: String) { #expect(ConsentWord(text) == .start) }

    @Test("HELP is recognised", arguments: ["HELP", "info", "Aide?", "Hilfe"])
    func help(text: String) { #expect(ConsentWord(text) == .help) }

    @Test(
        "Conversation is not a keyword",
        arguments: [
            "", " ", "stop by at 5", "can't stop", "cancel my appointment", "quit smoking", "end of month",
            "no stop needed",
            "please", "YES", "yes", "ok", "nonstop", "stop stop", "1", "🙏",
            "stop" + String(repeating: "!", count: 200),
        ])
    func conversation(text: String) { #expect(ConsentWord(text) == nil) }
}
