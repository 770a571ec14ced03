/// Writes CSV (RFC 4180, CR LF) that is safe to open in a spreadsheet.
public enum CSVWriter {
    /// One record with its line ending.
    public static func line(_ fields: [String]) -> String {
        fields.map(cell).joined(separator: ",") + "\r\n"
    }

    /// Neutralises formulas with a leading apostrophe, which spreadsheets read as "text" and do not show: opening an
    /// export must not run a formula that someone entered as a name. Reading removes it again.
    public static func cell(_ text: String) -> String {
        let safe = neutral(text)
        let needsQuotes = safe.utf8.contains {
            $0 == 0x2C || $0 == 0x3B || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09
        }
        return needsQuotes ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
    }

    public static func neutral(_ text: String) -> String {
        guard let first = text.utf8.first, isFormulaStart(first) else { return text }
        return "'" + text
    }

    /// Inverse of `neutral`.
    public static func original(_ text: String) -> String {
        var bytes = text.utf8.makeIterator()
        guard bytes.next() == 0x27, let second = bytes.next(), isFormulaStart(second) else { return text }
        return String(text.dropFirst())
    }

    private static func isFormulaStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D: true
        default: false
        }
    }
}
