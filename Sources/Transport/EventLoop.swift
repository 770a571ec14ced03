import CCurl
import Glibc

/// Multiplexes sockets. Owns the epoll descriptor and libcurl's multi handle; confined to the transport thread.
final class EventLoop {
    enum Event {
        case orders
        case opening(descriptor: Int32, readable: Bool, writable: Bool, failed: Bool)
        case connection(number: UInt64, readable: Bool, writable: Bool)
    }

    let multi: UnsafeMutableRawPointer
    private let epoll: Int32
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: batch)
    /// When libcurl's timeout action is due, independent of socket events.
    private(set) var curlTimer: Tick = .never
    /// Maximum events per wait; the rest arrive with the next one.
    private static let batch = 256
    private static let bellTag = UInt64.max
    /// Tag of descriptors that libcurl watches while connecting; lower values are connection numbers.
    private static let openingTag = UInt64(1) << 62

    init(bell: Int32) throws(TransportUnavailable) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw TransportUnavailable(description: "epoll: \(String(cString: strerror(errno)))") }
        guard let multi = curl_multi_init() else {
            throw TransportUnavailable(description: "libcurl gave no multi handle")
        }
        self.multi = multi
        _ = ccurl_epoll_set(epoll, EPOLL_CTL_ADD, bell, CCURL_READ, Self.bellTag)
        let own = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, own)
        ccurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, own)
        ccurl_multi_set_socket_callback(multi, Self.socketChanged)
        ccurl_multi_set_timer_callback(multi, Self.timerChanged)
    }

    deinit {
        curl_multi_cleanup(multi)
        events.deallocate()
        close(epoll)
    }

    private static let socketChanged: curl_socket_callback = { _, descriptor, what, user, _ in
        guard let user else { return 0 }
        Unmanaged<EventLoop>.fromOpaque(user).takeUnretainedValue().watchOpening(descriptor, what)
        return 0
    }

    private static let timerChanged: curl_multi_timer_callback = { _, milliseconds, user in
        guard let user else { return 0 }
        let eventLoop = Unmanaged<EventLoop>.fromOpaque(user).takeUnretainedValue()
        eventLoop.curlTimer = milliseconds < 0 ? .never : .now() + .milliseconds(milliseconds)
        return 0
    }

    private func watchOpening(_ descriptor: Int32, _ what: Int32) {
        guard what != CURL_POLL_REMOVE else {
            _ = ccurl_epoll_set(epoll, EPOLL_CTL_DEL, descriptor, 0, 0)
            return
        }
        let flags = (what & CURL_POLL_IN != 0 ? CCURL_READ : 0) | (what & CURL_POLL_OUT != 0 ? CCURL_WRITE : 0)
        watch(descriptor, flags, Self.openingTag | UInt64(descriptor))
    }

    func watchConnection(_ descriptor: Int32, number: UInt64) {
        watch(descriptor, CCURL_READ | CCURL_WRITE | CCURL_EDGE, number)
    }

    private func watch(_ descriptor: Int32, _ flags: UInt32, _ tag: UInt64) {
        if ccurl_epoll_set(epoll, EPOLL_CTL_MOD, descriptor, flags, tag) != 0 {
            _ = ccurl_epoll_set(epoll, EPOLL_CTL_ADD, descriptor, flags, tag)
        }
    }

    func forget(_ descriptor: Int32) { _ = ccurl_epoll_set(epoll, EPOLL_CTL_DEL, descriptor, 0, 0) }

    /// Blocks until an event arrives or `deadline` passes.
    func wait(until deadline: Tick, _ handle: (Event) -> Void) {
        let count = epoll_wait(epoll, events, Int32(Self.batch), timeout(until: min(deadline, curlTimer)))
        guard count > 0 else { return }
        for index in 0..<count {
            let flags = ccurl_event_flags(events, index)
            let tag = ccurl_event_tag(events, index)
            let failed = flags & CCURL_FAILED != 0
            let readable = flags & CCURL_READ != 0
            let writable = flags & CCURL_WRITE != 0
            if tag == Self.bellTag {
                handle(.orders)
            } else if tag & Self.openingTag != 0 {
                let descriptor = Int32(truncatingIfNeeded: tag & ~Self.openingTag)
                handle(.opening(descriptor: descriptor, readable: readable, writable: writable, failed: failed))
            } else {
                handle(.connection(number: tag, readable: readable || failed, writable: writable))
            }
        }
    }

    /// Rounds up to epoll's whole milliseconds, so that it does not spin just before a deadline.
    private func timeout(until deadline: Tick) -> Int32 {
        guard deadline != .never else { return -1 }
        let left = deadline - .now()
        return left <= 0 ? 0 : Int32(min((left + 999_999) / 1_000_000, 60_000))
    }

    func runCurlTimer(now: Tick) {
        guard curlTimer <= now else { return }
        curlTimer = .never
        act(CURL_SOCKET_BAD, 0)
    }

    func act(_ descriptor: Int32, _ what: Int32) {
        var running: Int32 = 0
        curl_multi_socket_action(multi, descriptor, what, &running)
    }
}
