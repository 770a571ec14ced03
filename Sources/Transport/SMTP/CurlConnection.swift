import CCurl
import Foundation
import Messaging

/// A libcurl handle that opens a mail server connection (DNS, TCP, TLS, greeting, EHLO, STARTTLS, AUTH) and afterwards
/// only transfers bytes (`CURLOPT_CONNECT_ONLY`).
///
/// Owns the handle; confined to one thread.
final class CurlConnection {
    let easy: UnsafeMutableRawPointer
    private let server: SMTPServer
    private let timeLimit: Duration
    private let errorText: UnsafeMutablePointer<CChar>
    /// Server replies received while connecting.
    private(set) var transcript: [String] = []
    private var transcriptBytes = 0
    /// Maximum size of the replies while connecting, in bytes; more aborts the connection.
    private static let longestTranscript = 16 * 1024

    init?(_ server: SMTPServer, timeLimit: Duration) {
        guard Self.isLibraryReady, let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.server = server
        self.timeLimit = timeLimit
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        configure()
    }

    deinit {
        curl_easy_cleanup(easy)
        errorText.deallocate()
    }

    static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private func configure() {
        set(CURLOPT_URL, server.url)
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        set(CURLOPT_CONNECT_ONLY, 1)
        // Signal handlers belong to the whole process.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_FRESH_CONNECT, 1)
        // Proxy variables such as ALL_PROXY are meant for shells, not for a server.
        set(CURLOPT_PROXY, "")
        // A hanging name look-up must not block the thread when its connection is cancelled.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(timeLimit.milliseconds))
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(timeLimit.components.seconds)))
        set(CURLOPT_TCP_NODELAY, 1)
        if server.security != .none { configureTLS() }
        if !server.username.isEmpty {
            set(CURLOPT_USERNAME, server.username)
            set(CURLOPT_PASSWORD, server.password)
        }
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, Unmanaged.passUnretained(self).toOpaque())
        ccurl_set_bytes_callback(easy, CURLOPT_HEADERFUNCTION, Self.heardLine)
    }

    private func configureTLS() {
        set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
        set(CURLOPT_SSL_VERIFYPEER, server.verifiesCertificate ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, server.verifiesCertificate ? 2 : 0)
        if !server.caFile.isEmpty { set(CURLOPT_CAINFO, server.caFile) }
    }

    private func set(_ option: CURLoption, _ value: Int) { _ = ccurl_set_long(easy, option, value) }
    private func set(_ option: CURLoption, _ value: String) { _ = ccurl_set_string(easy, option, value) }

    private static let heardLine: ccurl_bytes_callback = { bytes, size, count, user in
        guard let bytes, let user else { return 0 }
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        // Any count other than the full one makes libcurl abort.
        return Unmanaged<CurlConnection>.fromOpaque(user).takeUnretainedValue().heard(line) ? line.count : 0
    }

    /// Returns false if the peer is not a mail server or sends too much; libcurl itself would wait for a reply until
    /// the timeout.
    private func heard(_ line: UnsafeRawBufferPointer) -> Bool {
        transcriptBytes += line.count
        guard transcriptBytes <= Self.longestTranscript else { return false }
        transcript.append(OneLine.of(String(decoding: line.prefix(ReplyParser.longestLine), as: UTF8.self)))
        return line.count >= 3 && line.prefix(3).allSatisfy { (48...57).contains($0) }
    }

    /// Capabilities from the last EHLO reply; STARTTLS invalidates the first one (RFC 3207 section 4.2).
    var capabilities: SMTPCapabilities {
        var lines: [String] = []
        var last: [String] = []
        for line in transcript where line.hasPrefix("250") {
            lines.append(line)
            guard !line.hasPrefix("250-") else { continue }
            (last, lines) = (lines, [])
        }
        return SMTPCapabilities(ehloLines: last)
    }

    /// Verifies the opened connection: libcurl continues without authentication if the server offers none.
    func checkOpened() throws(ConnectionFailure) {
        guard server.username.isEmpty || transcript.contains(where: { $0.hasPrefix("235") }) else {
            throw ConnectionFailure(
                words: "\(server.endpoint) does not offer a login; leave user name and password empty, "
                    + "or choose another encryption.",
                isConfiguration: true)
        }
    }

    var descriptor: Int32 {
        var socket: curl_socket_t = -1
        return ccurl_get_socket(easy, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK ? socket : -1
    }

    enum Step: Equatable {
        case moved(Int), again, ended
        case failed(String)
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Step {
        var count = 0
        let result = curl_easy_recv(easy, buffer.baseAddress, buffer.count, &count)
        switch result {
        case CURLE_OK: return count == 0 ? .ended : .moved(count)
        case CURLE_AGAIN: return .again
        default: return .failed(errorWords(result))
        }
    }

    func send(_ bytes: UnsafeRawBufferPointer) -> Step {
        var count = 0
        let result = curl_easy_send(easy, bytes.baseAddress, bytes.count, &count)
        switch result {
        case CURLE_OK: return count == 0 ? .again : .moved(count)
        case CURLE_AGAIN: return .again
        default: return .failed(errorWords(result))
        }
    }

    /// TLS may have sent part of a write that it reported as not sent.
    var mayWriteUnseen: Bool { server.security != .none }

    private func errorWords(_ code: CURLcode) -> String {
        let own = String(cString: errorText)
        return own.isEmpty ? String(cString: curl_easy_strerror(code)) : OneLine.of(own)
    }

    func failure(_ code: CURLcode) -> ConnectionFailure {
        var osError = 0
        _ = ccurl_get_long(easy, CURLINFO_OS_ERRNO, &osError)
        return ConnectFailure(
            server: server, transcript: transcript, timeLimit: timeLimit,
            osError: Int32(truncatingIfNeeded: osError),
            words: errorWords(code)
        ).explained(code)
    }
}
