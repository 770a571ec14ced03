import Messaging
import Testing

@testable import Console

@Suite("JSON")
struct JSONTests {
    private func read(_ text: String) throws -> JSONValue { try JSONValue(Array(text.utf8)) }

    @Test("JSON round-trips with numbers and order preserved")
    func roundTrip() throws {
        let text = #"{"b":[1.50,-0,2e3,true,null],"a":{"z":"é\n\"\\😀","y":""},"Ω":[]}"#
        #expect(String(decoding: try read(text).bytes, as: UTF8.self) == text)
        #expect(try read(#""\u00e9\ud83d\ude00\/""#) == "é😀/")
    }

    @Test("The canonical form ignores only order and white space")
    func canonical() throws {
        let one = try read(#" { "b" : 1 , "a" : { "d": 2, "c": [3, 4] } } "#).canonicalBytes
        #expect(String(decoding: one, as: UTF8.self) == #"{"a":{"c":[3,4],"d":2},"b":1}"#)
        #expect(try one == read(#"{"a":{"c":[3,4],"d":2},"b":1}"#).canonicalBytes)
        #expect(try one != read(#"{"a":{"c":[4,3],"d":2},"b":1}"#).canonicalBytes)
    }

    @Test("Control characters are written as escapes")
    func escapes() {
        #expect(String(decoding: JSONValue.string("\u{1}\u{1f}\t").bytes, as: UTF8.self) == #""\u0001\u001f\t""#)
    }

    @Test(
        "Invalid and ambiguous JSON is rejected",
        arguments: [
            "", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "{\"\\u0061\":1,\"a\":2}", "01", "1.", ".5", "+1",
            "NaN",
            "\"a", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\u0000\"", "\"\u{1}\"", "1 2",
            "{1:2}", "tru", "'a'", "/**/1", "\u{feff}1",
        ])
    func refused(_ text: String) {
        #expect(throws: JSONProblem.self) { try read(text) }
    }

    @Test("Depth, number of values and UTF-8 are limited")
    func bounded() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONProblem.self) { try read(deep) }
        #expect(throws: JSONProblem.self) { try read("[" + String(repeating: "1,", count: 100_001) + "1]") }
        #expect(throws: JSONProblem.self) { try JSONValue([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONProblem.self) { try JSONValue([0x22, 0xED, 0xA0, 0x80, 0x22]) }
        #expect(throws: Never.self) { try read(String(repeating: "[", count: 32) + String(repeating: "]", count: 32)) }
    }
}
