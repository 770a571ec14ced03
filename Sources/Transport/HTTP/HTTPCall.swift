import CCurl
import Foundation
import Messaging

/// A libcurl easy handle that carries one request at a time. Connections belong to libcurl and outlive the request.
///
/// Owns the handle; confined to one thread.
final class HTTPCall {
    let easy: UnsafeMutableRawPointer
    private let endpoint: HTTPEndpoint
    private let networks: NetworkPolicy
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?

    /// `nil` for a connection test or an access token request.
    private(set) var submission: Submission?
    /// Access token in use and its sequence number within the provider.
    var token: (number: Int, value: String)?
    private var timeLimit: Duration = .zero
    private var body = BodyReader()

    private var status = 0
    private var reason = ""
    private var headers: [HTTPHeader] = []
    private var headBytes = 0
    private var headIsWhole = false
    private var response: [UInt8] = []
    private var refusal: String?

    /// Maximum response body, in bytes; a longer one aborts the transfer.
    static let longestAnswer = 64 * 1024
    /// Maximum size of all header fields together, in bytes.
    static let longestHead = 64 * 1024
    /// Maximum age of an idle connection that is reused, in seconds. Servers close theirs after as little as five
    /// seconds, and a request that races with the close leaves its message in doubt.
    static let longestIdleSeconds = 2

    init?(_ endpoint: HTTPEndpoint, networks: NetworkPolicy) {
        guard CurlConnection.isLibraryReady, let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.endpoint = endpoint
        self.networks = networks
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        configure()
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    private func configure() {
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        // Signal handlers belong to the whole process.
        set(CURLOPT_NOSIGNAL, 1)
        // Proxy variables such as HTTPS_PROXY are meant for shells, not for a server.
        set(CURLOPT_PROXY, "")
        // A hanging name look-up must not block the thread when its call is cancelled.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_MAXAGE_CONN, Self.longestIdleSeconds)
        set(CURLOPT_SSL_VERIFYPEER, endpoint.verifiesCertificate ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, endpoint.verifiesCertificate ? 2 : 0)
        if !endpoint.caFile.isEmpty { set(CURLOPT_CAINFO, endpoint.caFile) }
        let own = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        for option in [CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_READDATA, CURLOPT_OPENSOCKETDATA] {
            ccurl_set_pointer(easy, option, own)
        }
        ccurl_set_bytes_callback(easy, CURLOPT_HEADERFUNCTION, Self.heardHeader)
        ccurl_set_bytes_callback(easy, CURLOPT_WRITEFUNCTION, Self.heardBody)
        // A read callback without a seek callback: otherwise libcurl resends the request when a kept connection dies,
        // and the server may have accepted the first one.
        ccurl_set_bytes_callback(easy, CURLOPT_READFUNCTION, Self.wantsBody)
        if !networks.allowsPrivate { ccurl_set_socket_opener(easy, Self.opensSocket) }
    }

    private func set(_ option: CURLoption, _ value: Int) { _ = ccurl_set_long(easy, option, value) }
    private func set(_ option: CURLoption, _ value: String) { _ = ccurl_set_string(easy, option, value) }

    // MARK: Beginning

    /// Connects (with TLS if the endpoint uses it) without sending a request.
    func beginConnecting(timeLimit: Duration) {
        begin(timeLimit: timeLimit)
        set(CURLOPT_URL, endpoint.url)
        set(CURLOPT_CONNECT_ONLY, 1)
        set(CURLOPT_FRESH_CONNECT, 1)
    }

    /// - Parameters:
    ///   - submission: `nil` for an access token request.
    ///   - connecting: share of the request's time limit allowed for connecting.
    func begin(_ transfer: HTTPTransfer, for submission: Submission?, connecting: Duration) {
        begin(timeLimit: transfer.timeLimit)
        self.submission = submission
        body = BodyReader(transfer.body)
        set(CURLOPT_URL, transfer.url)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(min(connecting, transfer.timeLimit).milliseconds))
        set(CURLOPT_CONNECT_ONLY, 0)
        // Only the body shows that a request was sent, so one without a body must not reuse a connection that may be
        // closing.
        set(CURLOPT_FRESH_CONNECT, body.isEmpty ? 1 : 0)
        set(CURLOPT_POST, 1)
        set(CURLOPT_CUSTOMREQUEST, transfer.method)
        _ = ccurl_set_int64(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(transfer.body.count))
        // Suppresses "Expect: 100-continue", which many gateways leave unanswered.
        headerList = curl_slist_append(nil, "Expect:")
        for header in transfer.headers {
            headerList = curl_slist_append(headerList, "\(header.name): \(header.value)")
        }
        ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList)
    }

    private func begin(timeLimit: Duration) {
        ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, nil)
        curl_slist_free_all(headerList)
        headerList = nil
        self.timeLimit = timeLimit
        set(CURLOPT_TIMEOUT_MS, Int(timeLimit.milliseconds))
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(timeLimit.milliseconds))
        (submission, token, body) = (nil, nil, BodyReader())
        (status, reason, headers, headBytes, headIsWhole) = (0, "", [], 0, false)
        (response, refusal) = ([], nil)
        errorText[0] = 0
    }

    // MARK: libcurl callbacks

    private static func own(_ user: UnsafeMutableRawPointer) -> HTTPCall {
        Unmanaged<HTTPCall>.fromOpaque(user).takeUnretainedValue()
    }

    private static let wantsBody: ccurl_bytes_callback = { bytes, size, count, user in
        guard let bytes, let user else { return Int(CURL_READFUNC_ABORT) }
        return own(user).body.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }

    private static let heardHeader: ccurl_bytes_callback = { bytes, size, count, user in
        guard let bytes, let user else { return 0 }
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        // Any count other than the full one makes libcurl abort.
        return own(user).heardHeader(line) ? line.count : 0
    }

    private static let heardBody: ccurl_bytes_callback = { bytes, size, count, user in
        guard let bytes, let user else { return 0 }
        let call = own(user)
        let room = longestAnswer - call.response.count
        call.response += UnsafeRawBufferPointer(start: bytes, count: min(size * count, room))
        return size * count <= room ? size * count : 0
    }

    private func heardHeader(_ raw: UnsafeRawBufferPointer) -> Bool {
        headBytes += raw.count
        guard headBytes <= Self.longestHead else { return false }
        let line = String(decoding: raw.prefix { $0 != 13 && $0 != 10 }, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // Also resets after an interim response (RFC 9110 section 15.2), whose headers do not count.
            let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            status = words.count > 1 ? Int(words[1]) ?? 0 : 0
            (reason, headers, headIsWhole) = (words.count > 2 ? String(words[2]) : "", [], false)
        } else if line.isEmpty {
            headIsWhole = true
        } else if !headIsWhole, let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers.append(HTTPHeader(String(line[..<colon]), value))
        }
        return true
    }

    private static let opensSocket: curl_opensocket_callback = { user, _, address in
        guard let user, let address else { return CURL_SOCKET_BAD }
        let call = own(user)
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = Int(ccurl_address(address, &bytes))
        if let refusal = call.networks.refusal(of: Array(bytes[..<count]), host: call.endpoint.host) {
            call.refusal = refusal
            return CURL_SOCKET_BAD
        }
        call.refusal = nil
        return ccurl_open_socket(address)
    }

    // MARK: Ending

    /// libcurl has taken the last byte of the body, so the server may have the request.
    var mayBeHandedOver: Bool {
        guard body.isEmpty else { return body.isDone }
        var connected = 0
        // A request without a body is sent as soon as the connection is open.
        return ccurl_get_long(easy, CURLINFO_REQUEST_SIZE, &connected) == CURLE_OK && connected > 0
    }

    /// Outcome of the call. A fully read status is authoritative, whatever happens to the connection afterwards.
    func ended(_ code: CURLcode, at: Timestamp) -> ProviderResponse {
        guard headIsWhole, status >= 200 else {
            return .brokenConnection(detail: failure(code).words, handedOver: mayBeHandedOver)
        }
        let response = HTTPResponse(status: status, reason: reason, headers: headers, body: response, at: at)
        return .http(token.map { response.hiding($0.value) } ?? response)
    }

    func failure(_ code: CURLcode) -> ConnectionFailure {
        var osError = 0
        _ = ccurl_get_long(easy, CURLINFO_OS_ERRNO, &osError)
        let own = String(cString: errorText)
        let words = own.isEmpty ? String(cString: curl_easy_strerror(code)) : own
        return HTTPFailure(
            endpoint: endpoint, timeLimit: timeLimit, osError: Int32(truncatingIfNeeded: osError), refusal: refusal,
            words: OneLine.of(words)
        ).explained(code)
    }
}
