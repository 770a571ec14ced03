import CCurl
import Foundation
import Messaging

/// Translates a libcurl connection error into a message for users.
struct ConnectFailure {
    var server: SMTPServer
    var transcript: [String]
    var timeLimit: Duration
    var osError: Int32
    /// libcurl's error message.
    var words: String

    func explained(_ code: CURLcode) -> ConnectionFailure {
        let endpoint = server.endpoint
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            return ConnectionFailure(words: "The host “\(server.host)” was not found.")
        case CURLE_COULDNT_CONNECT:
            let reason = osError == 0 ? words : String(cString: strerror(osError)).lowercased()
            return ConnectionFailure(words: "Nothing answers at \(endpoint): \(reason).")
        case CURLE_OPERATION_TIMEDOUT:
            return ConnectionFailure(words: timedOut)
        case CURLE_USE_SSL_FAILED:
            return ConnectionFailure(
                words: "\(endpoint) does not offer STARTTLS.\(lastWords)", isConfiguration: true)
        case CURLE_SSL_CONNECT_ERROR where server.security == .implicit:
            return ConnectionFailure(
                words: "TLS with \(endpoint) failed: \(words). Does this port want STARTTLS instead?",
                isConfiguration: true)
        case CURLE_PEER_FAILED_VERIFICATION:
            return ConnectionFailure(
                words: "The certificate of \(endpoint) is not trusted: \(words).", isConfiguration: true)
        case CURLE_SSL_CACERT_BADFILE:
            return ConnectionFailure(
                words: "The certificate authority file “\(server.caFile)” cannot be read.", isConfiguration: true)
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ENGINE_INITFAILED:
            return ConnectionFailure(words: "TLS with \(endpoint) failed: \(words).", isConfiguration: true)
        case CURLE_LOGIN_DENIED, CURLE_AUTH_ERROR:
            return loginDenied
        case CURLE_WEIRD_SERVER_REPLY, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR,
            CURLE_REMOTE_ACCESS_DENIED, CURLE_WRITE_ERROR:
            return turnedAway
        default:
            return ConnectionFailure(words: "The connection to \(endpoint) could not be opened: \(words).\(lastWords)")
        }
    }

    private var lastWords: String { transcript.last.map { " The server said: \($0)" } ?? "" }

    private var timedOut: String {
        let seconds = max(1, timeLimit.components.seconds)
        if transcript.isEmpty {
            return "\(server.endpoint) did not answer within \(seconds) s. Is the port right, and open?"
        }
        return "\(server.endpoint) stopped answering within \(seconds) s.\(lastWords)"
    }

    private var loginDenied: ConnectionFailure {
        guard let reply = transcript.last(where: { $0.hasPrefix("4") || $0.hasPrefix("5") }) else {
            return ConnectionFailure(
                words: "\(server.endpoint) offers no way to log in that this program knows: \(words).",
                isConfiguration: true)
        }
        // RFC 4954 section 6: 454 and other 4yz codes are temporary failures of the server.
        if reply.hasPrefix("4") {
            return ConnectionFailure(words: "\(server.endpoint) cannot check the login right now: \(reply)")
        }
        return ConnectionFailure(words: "Wrong user name or password: \(reply)", isConfiguration: true)
    }

    private var turnedAway: ConnectionFailure {
        guard let last = transcript.last else {
            return ConnectionFailure(
                words: "\(server.endpoint) closed the connection before greeting. "
                    + "Perhaps it wants TLS from the start, or is not a mail server.")
        }
        if last.hasPrefix("4") || last.hasPrefix("5") {
            return ConnectionFailure(words: "\(server.endpoint) turned us away: \(last)")
        }
        guard transcript.count == 1, !last.hasPrefix("220") else {
            return ConnectionFailure(words: "\(server.endpoint) broke off.\(lastWords)")
        }
        return ConnectionFailure(words: "The greeting of \(server.endpoint) is not SMTP: \(last)")
    }
}
