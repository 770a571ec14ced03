import Foundation
import Logging
import Messaging

/// Log handler that writes one line per event to standard error: time, level, message, then `name=value` pairs in a
/// fixed order.
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
        var pairs = metadata.map(Array.init) ?? []
        if !self.metadata.isEmpty { pairs = Array(self.metadata.merging(metadata ?? [:]) { $1 }) }
        pairs.sort { $0.key < $1.key }
        var text = Timestamp.now().rfc3339
        text.reserveCapacity(240)
        text += " "
        text += level.rawValue
        text += " "
        Self.add(message.description, to: &text, quoting: false)
        for (name, value) in pairs {
            text += " "
            text += name
            text += "="
            if case .string(let plain) = value {
                Self.add(plain, to: &text, quoting: true)
            } else {
                Self.add(value.description, to: &text, quoting: true)
            }
        }
        text += "\n"
        StandardStream.error.write(text)
    }

    /// Escapes a value: external text must not start a new line, and several words must not look like several values.
    private static func add(_ value: String, to text: inout String, quoting: Bool) {
        if value.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }) {
            text += value
            return
        }
        if quoting { text += "\"" }
        for scalar in value.unicodeScalars {
            text.unicodeScalars.append(scalar.value < 0x20 ? " " : quoting && scalar == "\"" ? "'" : scalar)
        }
        if quoting { text += "\"" }
    }
}

/// Output that never terminates the process: a full disk or a closed pipe only loses lines.
enum StandardStream: Int32 {
    case output = 1
    case error = 2

    /// Writes in a single call, so that lines from different threads never interleave.
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
