import Foundation

/// Normalises external text to one line, for headers, logs and pages.
public enum OneLine {
    /// Replaces each run of control characters (CR, LF, NUL and TAB among them), with the spaces after it, by one
    /// space, and trims the result.
    public static func of(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 32 || $0 == 127 || $0 == 0xC2 || $0 == 0xE2 }) else {
            return trimmed(text)
        }
        var line = String.UnicodeScalarView()
        var wasControl = false
        for scalar in text.unicodeScalars {
            // C1 controls and the Unicode line and paragraph separators end lines in some readers.
            let isControl =
                scalar.value < 32 || (127...159).contains(scalar.value) || scalar.value == 0x2028
                || scalar.value == 0x2029
            if isControl {
                if !wasControl { line.append(" ") }
                wasControl = true
            } else if !(wasControl && scalar == " ") {
                line.append(scalar)
                wasControl = false
            }
        }
        return trimmed(String(line))
    }

    private static func trimmed(_ text: String) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
        guard let first = text.utf8.first, let last = text.utf8.last, isSpace(first) || isSpace(last) else {
            return text
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
