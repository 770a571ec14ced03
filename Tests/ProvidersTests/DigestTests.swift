import CDigest
import Crypto
import Messaging
import Testing

@testable import Providers

@Suite("Batch SHA-256")
struct DigestTests {
    private static func hex(_ text: [UInt8]) -> String { Hexadecimal.text(Array(SHA256.hash(data: text))) }

    @Test("The examples of FIPS 180-4 match")
    func examples() {
        let texts = ["", "abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"]
        #expect(
            Digest.hexes(texts.map { MessageBody(Array($0.utf8)) }) == [
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ])
    }

    @Test("Every length around block boundaries matches swift-crypto")
    func lengths() {
        let texts = (0...260).map { length in (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ length) } }
        #expect(Digest.hexes(texts.map { MessageBody($0) }) == texts.map(Self.hex))
    }

    @Test(
        "Any number of texts of any length are hashed in order",
        arguments: [1, 2, 3, 4, 7, 15, 16, 17, 63, 64, 65, 200])
    func mixed(count: Int) {
        var random = SystemRandomNumberGenerator()
        let texts = (0..<count).map { _ in
            let length = Bool.random(using: &random) ? Int.random(in: 0...300) : Int.random(in: 0...20_000)
            return (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        #expect(Digest.hexes(texts.map { MessageBody($0) }) == texts.map(Self.hex))
    }

    @Test("The digest of a segmented body is independent of the segmentation")
    func segments() {
        let text = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 11) }
        let cut = [0, 1, 63, 64, 65, 299, 300].map { place in
            var body = MessageBody(Array(text[..<place]))
            body.append(Array(text[place...]))
            return body
        }
        let other = Array("abc".utf8)
        let bodies = cut.flatMap { [$0, MessageBody(other)] }
        #expect(Digest.hexes(bodies) == cut.flatMap { _ in [Self.hex(text), Self.hex(other)] })
        #expect(Digest.hex(cut[2]) == Self.hex(text))
    }

    @Test("Every vector width of the processor gives the same result", arguments: [4, 8, 16])
    func widths(queues: Int) {
        let texts = (0..<37).map { number in [UInt8](repeating: UInt8(number), count: number * 97) }
        var hashes = [UInt8](repeating: 0, count: texts.count * SHA256.byteCount)
        let all = texts.flatMap { $0 }
        let isThere = all.withUnsafeBufferPointer { bytes in
            var start = 0
            let pointers = texts.map { text -> UnsafePointer<UInt8>? in
                defer { start += text.count }
                return bytes.baseAddress.map { $0 + start }
            }
            return switchboard_sha256_each_in(queues, pointers, texts.map(\.count), texts.count, &hashes)
        }
        #expect((isThere == 1) == (queues <= switchboard_sha256_lanes()))
        guard isThere == 1 else { return }
        #expect(hashes == texts.flatMap { Array(SHA256.hash(data: $0)) })
    }
}
