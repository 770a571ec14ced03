import Crypto
import Foundation
import Messaging

extension Store: MessageTokens {
    /// Of the signature, in bytes: nobody finds one of 2^128 by trying.
    private static let signatureBytes = 16
    private static let numberBytes = 8

    /// 32 characters of base64url: the number, then its signature.
    public func token(ofMessage id: Int64) -> String {
        let number = withUnsafeBytes(of: id.bigEndian) { Array($0) }
        return Data(number + signature(of: number)).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_")
    }

    public func message(ofToken token: String) -> Int64? {
        let length = (Self.numberBytes + Self.signatureBytes) / 3 * 4
        guard token.utf8.count == length,
            let bytes = Data(base64Encoded: token.replacing("-", with: "+").replacing("_", with: "/")).map(Array.init),
            bytes.count == Self.numberBytes + Self.signatureBytes
        else { return nil }
        let number = Array(bytes.prefix(Self.numberBytes))
        // As long for a wrong one as for a right one.
        let difference = zip(bytes.dropFirst(Self.numberBytes), signature(of: number)).reduce(UInt8(0)) {
            $0 | ($1.0 ^ $1.1)
        }
        guard difference == 0 else { return nil }
        return number.reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }

    private func signature(of number: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: number, using: tokenKey).prefix(Self.signatureBytes))
    }
}
