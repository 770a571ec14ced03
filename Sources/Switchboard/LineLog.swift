import Foundation
import Logging
import Messaging

/// One line an event on standard error: time, level, what happened, then `name=value` pairs in a fixed order.
struct LineLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    init(level: Logger.Level) { logLevel = level }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(
        level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata?, source: String, file: String,
        function: String, line: UInt
    ) {
        let pairs = self.metadata.merging(metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        var text = "\(Timestamp.now().rfc3339) \(level.rawValue) \(Self.clean("\(message)"))"
        for (name, value) in pairs { text += " \(name)=\(Self.quoted("\(value)"))" }
        text += "\n"
        StandardStream.error.write(text)
    }

    private static func quoted(_ value: String) -> String {
        let plain = clean(value)
        return plain.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" })
            ? "\"" + plain.replacing("\"", with: "'") + "\"" : plain
    }

    /// A value from outside must not begin a line of its own.
    private static func clean(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    }
}

/// Output that never ends the program: a full disk or a reader that went away loses lines, nothing else.
enum StandardStream: Int32 {
    case output = 1
    case error = 2

    /// In one write, so that lines of several threads never mix.
    func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Foundation.write(rawValue, bytes.baseAddress! + written, bytes.count - written)
                if count > 0 { written += count } else if errno != EINTR { return }
            }
        }
    }
}
