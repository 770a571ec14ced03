import Messaging
import Testing

@Suite("Words about consent")
struct ConsentWordTests {
    @Test(
        "a message that is only the word is one, however it is written",
        arguments: [
            "STOP", "stop", " Stop. ", "STOP!", "“stop”", "Stop 🙏", "ＳＴＯＰ", "st\u{200B}op", "Stop All", "stopall",
            "opt-out", "Opt Out", "OPTOUT", "Arrêt", "ARRET", "Unsubscribe", "quit", "END", "revoke", "cancel",
            "abmelden", "BAJA", "sair", "désabonner",
        ])
    func stop(text: String) { #expect(ConsentWord(text) == .stop) }

    @Test("coming back takes an unmistakable word", arguments: ["START", "unstop", "Subscribe!"])
    func start(text: String) { #expect(ConsentWord(text) == .start) }

    @Test("help is heard", arguments: ["HELP", "info", "Aide?", "Hilfe"])
    func help(text: String) { #expect(ConsentWord(text) == .help) }

    @Test(
        "conversation is not a word",
        arguments: [
            "", " ", "stop by at 5", "can't stop", "cancel my appointment", "quit smoking", "end of month",
            "no stop needed",
            "please", "YES", "yes", "ok", "nonstop", "stop stop", "1", "🙏",
            "stop" + String(repeating: "!", count: 200),
        ])
    func conversation(text: String) { #expect(ConsentWord(text) == nil) }
}
