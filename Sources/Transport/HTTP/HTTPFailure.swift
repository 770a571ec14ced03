import CCurl
import Foundation
import Messaging

/// Translates a libcurl transfer error into a message for users.
struct HTTPFailure {
    var endpoint: HTTPEndpoint
    var timeLimit: Duration
    var osError: Int32
    /// Reason given by the network policy; `nil` if it allowed the request.
    var refusal: String?
    /// libcurl's error message.
    var words: String

    func explained(_ code: CURLcode) -> ConnectionFailure {
        let host = endpoint.host
        if let refusal { return ConnectionFailure(words: refusal, isConfiguration: true) }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            return ConnectionFailure(words: "The host “\(host)” was not found.")
        case CURLE_COULDNT_CONNECT:
            let reason = osError == 0 ? words : String(cString: strerror(osError)).lowercased()
            return ConnectionFailure(words: "Nothing answers at \(host): \(reason).")
        case CURLE_OPERATION_TIMEDOUT:
            return ConnectionFailure(words: "\(host) did not answer within \(max(1, timeLimit.components.seconds)) s.")
        case CURLE_PEER_FAILED_VERIFICATION:
            return ConnectionFailure(
                words: "The certificate of \(host) is not trusted: \(words).", isConfiguration: true)
        case CURLE_SSL_CACERT_BADFILE:
            return ConnectionFailure(
                words: "The certificate authority file “\(endpoint.caFile)” cannot be read.", isConfiguration: true)
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ENGINE_INITFAILED:
            return ConnectionFailure(words: "TLS with \(host) failed: \(words).", isConfiguration: true)
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND, CURLE_PARTIAL_FILE:
            return ConnectionFailure(words: "\(host) closed the connection without an answer.")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_WRITE_ERROR:
            return ConnectionFailure(words: "What \(host) answered is not HTTP, or has no end: \(words).")
        default:
            return ConnectionFailure(words: "The exchange with \(host) failed: \(words).")
        }
    }
}
